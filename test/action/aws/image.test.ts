import { existsSync } from "node:fs";
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutLifecyclePolicyCommand,
} from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AwsError } from "../../../action/aws/errors.ts";
import { ensureImage, findImage, type WantedImage } from "../../../action/aws/image.ts";
import { imageTag } from "../../../action/aws/image-content.ts";
import { useFakeDocker } from "../../support/fake-docker.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { repository } from "../../support/program.ts";

const registry = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
const digest = `sha256:${"ab".repeat(32)}`;
const uri = `${registry}/textmill@${digest}`;
const password = "do-not-show-me";
const wanted: WantedImage = {
  repository: "textmill",
  languages: ["eng", "deu"],
  tags: {},
  contextFolder: repository,
};

const described = {
  repositoryName: "textmill",
  repositoryUri: `${registry}/textmill`,
  imageTagMutability: "IMMUTABLE" as const,
};
const failure = (name: string) => Object.assign(new Error(name), { name });

const mock = mockClient(ECRClient);
const ecr = new ECRClient({ region: "eu-west-1" });
let log: string[] = [];
const ensure = () => ensureImage(ecr, wanted, (line) => log.push(line));

beforeEach(() => {
  log = [];
  mock.reset();
  mock.on(DescribeRepositoriesCommand).resolves({ repositories: [described] });
  mock.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: digest }] });
  mock.on(GetAuthorizationTokenCommand).resolves({
    authorizationData: [{ authorizationToken: Buffer.from(`AWS:${password}`).toString("base64") }],
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const absentImage = () => mock.on(DescribeImagesCommand).rejects(failure("ImageNotFoundException"));

const absentRepository = () => {
  mock.on(DescribeRepositoriesCommand).rejects(failure("RepositoryNotFoundException"));
  mock.on(CreateRepositoryCommand).resolves({ repository: described });
  mock.on(PutLifecyclePolicyCommand).resolves({});
  absentImage();
};

/** Docker as it is after a push. */
const pushed = { image: { stdout: `other.example/textmill@sha256:00\n${uri}\n` } };

const changes = () =>
  mock
    .calls()
    .map(({ args }) => args[0].constructor.name)
    .filter((name) => !name.startsWith("Describe") && !name.startsWith("Get"));

test("an image in ECR is used as it is, without docker", async () => {
  vi.stubEnv("PATH", await temporaryFolder());
  expect(await ensure()).toEqual({ uri, made: "found" });
  expect(await findImage(ecr, wanted)).toEqual({ uri });
  expect(mock.commandCalls(DescribeImagesCommand)[0]?.args[0].input).toEqual({
    repositoryName: "textmill",
    imageIds: [{ imageTag: await imageTag(repository, wanted.languages) }],
  });
  expect(changes()).toEqual([]);
});

test.each([
  { name: "image", prepare: absentImage },
  { name: "repository", prepare: absentRepository },
])("looking for an absent $name finds none and makes none", async ({ prepare }) => {
  prepare();
  expect(await findImage(ecr, wanted)).toBeUndefined();
  expect(changes()).toEqual([]);
});

test("an absent image is built for Fargate, pushed with the password on standard input, and known by its digest", async () => {
  absentImage();
  vi.stubEnv("DOCKER_CONFIG", "/home/someone/.docker");
  const calls = await useFakeDocker(pushed);
  expect(await ensure()).toEqual({ uri, made: "pushed" });

  const reference = `${registry}/textmill:${await imageTag(repository, wanted.languages)}`;
  const [version, context, build, login, push, inspect, ...others] = await calls();
  expect(version?.args[0]).toBe("version");
  expect(context?.args.slice(0, 2)).toEqual(["context", "inspect"]);
  expect(build?.args).toEqual([
    "build",
    "--platform",
    "linux/amd64",
    "--build-arg",
    "LANGUAGES=deu eng",
    "--tag",
    reference,
    repository,
  ]);
  expect(build?.environment).toMatchObject({
    BUILDX_BUILDER: "default",
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
    DOCKER_CONFIG: "/home/someone/.docker",
  });
  expect(login?.args).toEqual(["login", "--username", "AWS", "--password-stdin", registry]);
  expect(login?.input).toBe(password);
  expect(push?.args).toEqual(["push", reference]);
  expect(push?.environment.DOCKER_HOST).toBe("unix:///var/run/docker.sock");
  expect(inspect?.args.slice(0, 2)).toEqual(["image", "inspect"]);
  expect(inspect?.args.at(-1)).toBe(reference);
  expect(others).toEqual([]);
  expect(changes()).toEqual([]);
});

test("the password is in no argument and no log, and the login's folder is gone", async () => {
  absentImage();
  vi.stubEnv("DOCKER_CONFIG", "/home/someone/.docker");
  const calls = await useFakeDocker({
    ...pushed,
    build: { stdout: "built\n" },
    push: { stdout: "pushed\n" },
  });
  await ensure();
  const [login, push] = (await calls()).slice(-3);
  expect(JSON.stringify((await calls()).map(({ args }) => args)) + log.join()).not.toContain(password);
  expect(login?.config).toBe(JSON.stringify({ auths: { [registry]: {} } }));
  const folder = login?.environment.DOCKER_CONFIG ?? "";
  expect(push?.environment.DOCKER_CONFIG).toBe(folder);
  expect(folder).not.toBe("/home/someone/.docker");
  expect(existsSync(folder)).toBe(false);
});

test("the login's folder is gone after a refused push too", async () => {
  absentImage();
  const calls = await useFakeDocker({ push: { exitCode: 1, stderr: "denied: no\n" } });
  await expect(ensure()).rejects.toThrow(AwsError);
  expect(existsSync((await calls()).at(-1)?.environment.DOCKER_CONFIG ?? "/")).toBe(false);
});

test("an absent repository is created: tagged, its image tags immutable, tagged images never expired", async () => {
  absentRepository();
  await useFakeDocker(pushed);
  expect(await ensure()).toEqual({ uri, made: "pushed" });
  expect(mock.commandCalls(CreateRepositoryCommand)[0]?.args[0].input).toEqual({
    repositoryName: "textmill",
    imageTagMutability: "IMMUTABLE",
    tags: [{ Key: "created-by", Value: "textmill" }],
  });
  const policy = JSON.parse(
    mock.commandCalls(PutLifecyclePolicyCommand)[0]?.args[0].input.lifecyclePolicyText ?? "",
  );
  expect(policy.rules.map((rule: { selection: { tagStatus: string } }) => rule.selection.tagStatus)).toEqual([
    "untagged",
  ]);
});

test("a repository that another run creates at the same moment is used", async () => {
  absentRepository();
  mock.on(CreateRepositoryCommand).rejects(failure("RepositoryAlreadyExistsException"));
  mock
    .on(DescribeRepositoriesCommand)
    .rejectsOnce(failure("RepositoryNotFoundException"))
    .resolves({ repositories: [described] });
  await useFakeDocker(pushed);
  expect(await ensure()).toEqual({ uri, made: "pushed" });
  expect(changes()).toEqual(["CreateRepositoryCommand"]);
});

test("a tag that another run pushed first is that run's image", async () => {
  mock
    .on(DescribeImagesCommand)
    .rejectsOnce(failure("ImageNotFoundException"))
    .resolves({ imageDetails: [{ imageDigest: digest }] });
  await useFakeDocker({
    push: {
      exitCode: 1,
      stderr:
        "tag invalid: The image tag already exists in the repository and cannot be overwritten because the tag is immutable.\n",
    },
  });
  expect(await ensure()).toEqual({ uri, made: "found" });
});

test("a push without a digest is no success", async () => {
  absentImage();
  await useFakeDocker({ image: { stdout: "other.example/textmill@sha256:00\n" } });
  await expect(ensure()).rejects.toThrow(/Docker knows no digest of .*:[0-9a-f]{32} after its push/);
});

test("a repository whose tags can be moved is used, and said to be one", async () => {
  mock
    .on(DescribeRepositoriesCommand)
    .resolves({ repositories: [{ ...described, imageTagMutability: "MUTABLE" }] });
  absentImage();
  await useFakeDocker(pushed);
  expect(await ensure()).toEqual({ uri, made: "pushed" });
  expect(log[0]).toContain("lets tags be moved");
  expect(changes()).toEqual([]);
});

test("nothing is created when there is no docker command", async () => {
  absentRepository();
  vi.stubEnv("PATH", await temporaryFolder());
  await expect(ensure()).rejects.toThrow(/docker command cannot be started.*Install Docker.*input image/);
  expect(changes()).toEqual([]);
});

test.each([
  {
    name: "no daemon",
    answers: { version: { exitCode: 1, stderr: "Cannot connect to the Docker daemon at unix:///x.\n" } },
    message: /^Docker is not at hand: Cannot connect .* Start Docker/,
    called: ["version"],
  },
  {
    name: "a build that fails",
    answers: { build: { exitCode: 1, stderr: "E: Failed to fetch http://deb.debian.org/x\n" } },
    message: /^The worker's image was not built: E: Failed to fetch/,
    called: ["version", "context", "build"],
  },
  {
    name: "a refused login",
    answers: { login: { exitCode: 1, stderr: "Error response from daemon: 401 Unauthorized\n" } },
    message: /^The registry 111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com refused the login: .*401/,
    called: ["version", "context", "build", "login"],
  },
  {
    name: "a refused push",
    answers: { push: { exitCode: 1, stderr: "denied: not authorized to perform: ecr:PutImage\n" } },
    message: /^The worker's image was not pushed: denied: .*ecr:PutImage\. Check region/,
    called: ["version", "context", "build", "login", "push"],
  },
])("$name ends with docker's words and the way out", async ({ answers, message, called }) => {
  absentImage();
  const calls = await useFakeDocker(answers);
  const error = await ensure().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AwsError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toContain("or give a ready image in the input image");
  expect((await calls()).map(({ args }) => args[0])).toEqual(called);
});

test("docker's lines reach the log without colours and without workflow commands", async () => {
  absentImage();
  await useFakeDocker({
    ...pushed,
    build: {
      stdout: "\u001b[91mStep 1\u001b[0m\n::set-output name=x::y\nhalf\rway ##[error]z\n\n",
      stderr: "warn\u0007ing\n",
    },
  });
  await ensure();
  expect(log).toContain("Step 1");
  expect(log).toContain("⟨U+003A⟩:set-output name=x::y");
  expect(log).toContain("way ##⟨U+005B⟩error]z");
  expect(log).toContain("warn⟨U+0007⟩ing");
});
