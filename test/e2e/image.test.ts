import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteRepositoryCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openClients } from "../../action/aws/clients.ts";
import { type EnsuredImage, ensureImage, findImage } from "../../action/aws/image.ts";
import { contextPaths } from "../../action/aws/image-content.ts";
import { exitCodes, runKeys, variables } from "../../worker/contract.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { docker, forgetImages, isDockerHere, letEveryoneWrite, pullFresh } from "../support/docker.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { outputsOf, temporaryFolder } from "../support/folders.ts";
import { prepareRun } from "../support/prepared-run.ts";
import { repository as actionFolder } from "../support/program.ts";

const why = awsUnderTest ? (isDockerHere() ? undefined : "skipped: no docker answers") : whyNoAws;

if (why === undefined) describe(`the worker's image in ECR at ${awsUnderTest?.name}`, describeImage);
else it.skip(`builds, pushes and runs the worker's image (${why})`);

function describeImage(): void {
  const { ecr } = openClients(process.env.AWS_REGION ?? "us-east-1");
  const repository = `textmill-test-${randomUUID()}`;
  const wanted = (languages: string[]) => ({
    repository,
    languages,
    tags: { "created-by": "textmill" },
    contextFolder: actionFolder,
  });
  const log: string[] = [];
  let image: EnsuredImage;

  beforeAll(async () => {
    expect(await findImage(ecr, wanted(["eng"]))).toBeUndefined();
    image = await ensureImage(ecr, wanted(["eng"]), (line) => log.push(line));
    // A registry may need a moment to show what it has just taken.
    await vi.waitFor(async () => expect(await findImage(ecr, wanted(["eng"]))).toBeDefined(), 30_000);
    await pullFresh(ecr, image.uri);
  }, 300_000);

  afterAll(async () => {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: repository, force: true }));
    await forgetImages(repository);
  });

  /** Starts a worker over the folders, which it sees under their own paths. Without a network it can fetch nothing. */
  async function startWorker(source: string, destination: string): Promise<string> {
    await letEveryoneWrite(source);
    await letEveryoneWrite(destination);
    const id = await docker([
      ...[
        "run",
        "--detach",
        "--network",
        "none",
        "--volume",
        `${source}:${source}:ro`,
        "--volume",
        `${destination}:${destination}`,
      ],
      ...["--env", `${variables.destination}=${destination}`, "--env", `${variables.runId}=one`],
      ...["--env", `${variables.processes}=2`, image.uri],
    ]);
    onTestFinished(async () => {
      await docker(["rm", "--force", id]);
    });
    return id;
  }

  const inContainer = (id: string, code: string) =>
    docker(["exec", id, "/usr/local/bin/node", "--eval", code]);
  const inImage = (uri: string, code: string) =>
    docker(["run", "--rm", "--network", "none", "--entrypoint", "/usr/local/bin/node", uri, "--eval", code]);

  const documents = goodDocuments(24);

  async function manyDocuments(): Promise<{ source: string; destination: string }> {
    const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
    for (const { key, bytes } of await documents) await putDocument(source, key, bytes);
    await prepareRun(source, destination, { runId: "one" });
    return { source, destination };
  }

  const untilFirstOutput = (destination: string) =>
    vi.waitFor(async () => expect((await outputsOf(destination)).size).toBeGreaterThan(0), 60_000);

  it("creates the repository with tags that cannot be moved, and pushes", async () => {
    expect(image.made).toBe("pushed");
    expect(image.uri).toMatch(new RegExp(`/${repository}@sha256:[0-9a-f]{64}$`));
    expect(log.join("\n")).toMatch(/languages|LANGUAGES/);
    const { repositories } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repository] }),
    );
    expect(repositories?.[0]?.imageTagMutability).toBe("IMMUTABLE");
  });

  it("neither builds nor pushes again, and needs no docker for that", async () => {
    vi.stubEnv("PATH", await temporaryFolder());
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    expect(await ensureImage(ecr, wanted(["eng"]), () => {})).toEqual({ uri: image.uri, made: "found" });
    expect(await findImage(ecr, wanted(["eng"]))).toEqual({ uri: image.uri });
  });

  it("gives docker the files that the hash counts, and no others", async () => {
    const name = `${repository}-context`;
    const build = spawn("docker", ["build", "--tag", name, "--file", "-", actionFolder], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    build.stdin.end('FROM scratch\nCOPY . /context/\nENTRYPOINT ["/none"]\n');
    expect(await new Promise((resolve) => build.once("close", resolve))).toBe(0);
    const container = await docker(["create", name]);
    onTestFinished(async () => {
      await docker(["rm", container]);
      await docker(["rmi", name]);
    });
    const tar = execFileSync("docker", ["export", container], { maxBuffer: 2 ** 28 });
    const paths = execFileSync("tar", ["--list"], { input: tar, encoding: "utf8", maxBuffer: 2 ** 20 })
      .split("\n")
      .filter((path) => path.startsWith("context/") && !path.endsWith("/"))
      .map((path) => path.slice("context/".length))
      .filter((path) => path !== "Dockerfile" && path !== ".dockerignore");
    expect(paths.sort()).toEqual(await contextPaths(actionFolder));
  });

  it("turns documents into text as a user that is not root, with nothing but Node and the worker", async () => {
    const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
    await cp(join(actionFolder, "test/samples/documents/letter.png"), join(source, "letter.png"));
    await prepareRun(source, destination, { runId: "one" });
    const id = await startWorker(source, destination);
    expect(await docker(["wait", id])).toBe(String(exitCodes.finished.code));
    expect((await outputsOf(destination)).get("letter.png.txt")).toMatch(/\w{4,}/);
    const about = await inImage(
      image.uri,
      `console.log(JSON.stringify({ uid: process.getuid(), node: process.version, pid: process.pid,
        programs: ["/bin/sh", "/usr/bin/apt-get", "/usr/local/bin/npm"].filter(require("fs").existsSync),
        temporary: (require("fs").writeFileSync(require("os").tmpdir() + "/x", ""), "writable"),
        home: require("os").homedir(),
        data: require("fs").readdirSync("/textmill/tessdata") }))`,
    );
    expect(JSON.parse(about)).toEqual({
      uid: 1000,
      node: expect.stringMatching(/^v24\./),
      pid: 1,
      programs: [],
      temporary: "writable",
      home: expect.any(String),
      data: ["eng.traineddata"],
    });
  });

  it("leaves on SIGTERM with the code that asks for another attempt", async () => {
    const { source, destination } = await manyDocuments();
    const id = await startWorker(source, destination);
    await untilFirstOutput(destination);
    await docker(["stop", "--time", "25", id]);
    expect(await docker(["inspect", "--format", "{{.State.ExitCode}}", id])).toBe(
      String(exitCodes.interrupted.code),
    );
    const [attempt] = (await readFile(join(destination, runKeys.chunkResults("one", 0)), "utf8")).split("\n");
    expect(JSON.parse(attempt ?? "")).toMatchObject({ attempt: 1, ended: { why: "interrupted" } });
  });

  it("goes on after the death of an OCR process and leaves no zombie", async () => {
    const { source, destination } = await manyDocuments();
    const id = await startWorker(source, destination);
    await untilFirstOutput(destination);
    const processes = `require("fs").readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).map((pid) => ({
      pid, stat: require("fs").readFileSync("/proc/" + pid + "/stat", "utf8"),
      command: require("fs").readFileSync("/proc/" + pid + "/cmdline", "utf8") }))`;
    const killed = await inContainer(
      id,
      `const { pid } = ${processes}.find(({ command }) => command.includes("ocr-process.mjs"));
       process.kill(Number(pid), "SIGKILL"); console.log(pid)`,
    );
    const left = JSON.parse(await inContainer(id, `console.log(JSON.stringify(${processes}))`));
    expect(left.map(({ pid }: { pid: string }) => pid)).not.toContain(killed);
    expect(left.filter(({ stat }: { stat: string }) => / Z /.test(stat))).toEqual([]);
    expect(await docker(["wait", id])).toBe(String(exitCodes.finished.code));
    expect((await outputsOf(destination)).size).toBe((await documents).length);
  });

  it("brings the data of every language asked for, in an image of its own", async () => {
    const both = await ensureImage(ecr, wanted(["eng", "deu"]), () => {});
    expect(both.made).toBe("pushed");
    expect(both.uri).not.toBe(image.uri);
    await pullFresh(ecr, both.uri);
    const data = await inImage(
      both.uri,
      `console.log(require("fs").readdirSync("/textmill/tessdata").join())`,
    );
    expect(data).toBe("deu.traineddata,eng.traineddata");
  });

  it("says which language has no data, and pushes nothing", async () => {
    await expect(ensureImage(ecr, wanted(["eng", "zzz"]), () => {})).rejects.toThrow(
      "The worker's image was not built: No data for the language zzz: " +
        "Debian has no package tesseract-ocr-zzz that brings it. Check the input languages.",
    );
    expect(await findImage(ecr, wanted(["eng", "zzz"]))).toBeUndefined();
  });
}
