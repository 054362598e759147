/** The docker command of this machine: builds an image and pushes it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { logText } from "../report/escape.ts";
import { explainDockerFailure } from "./docker-failures.ts";
import { AwsError } from "./errors.ts";

type Log = (line: string) => void;

/** The daemon that the docker command talks to. */
export interface DockerDaemon {
  /** Of the docker context, which also names the context's own builder. */
  context: string;
  host: string;
}

export interface ImageBuild {
  contextFolder: string;
  /** `registry/repository:tag`. */
  reference: string;
  platform: string;
  buildArguments: Readonly<Record<string, string>>;
}

export interface RegistryLogin {
  registry: string;
  user: string;
  password: string;
}

/** Of the daemon. Throws AwsError when there is no docker command, or no daemon that answers it. */
export async function dockerVersion(): Promise<string> {
  const { output } = await succeed("Docker is not at hand", ["version", "--format", "{{.Server.Version}}"]);
  return output.at(-1) ?? "";
}

/** Throws AwsError when there is no docker command, or no daemon that answers it. */
export async function findDockerDaemon(): Promise<DockerDaemon> {
  await dockerVersion();
  const { output } = await succeed("Docker's context is unknown", [
    "context",
    "inspect",
    "--format",
    "{{.Name}} {{.Endpoints.docker.Host}}",
  ]);
  const [context = "", host = ""] = output.at(-1)?.split(" ") ?? [];
  return { context, host };
}

/** The image is in the daemon's store afterwards. Throws AwsError. */
export async function buildImage(daemon: DockerDaemon, build: ImageBuild, log: Log): Promise<void> {
  const buildArguments = Object.entries(build.buildArguments).flatMap(([name, value]) => [
    "--build-arg",
    `${name}=${value}`,
  ]);
  const args = ["build", "--platform", build.platform, ...buildArguments, "--tag", build.reference];
  await succeed("The worker's image was not built", [...args, build.contextFolder], {
    environment: {
      // Another builder (docker/setup-buildx-action) would keep the image to itself.
      BUILDX_BUILDER: daemon.context,
      // With provenance, what is pushed is an index of two manifests. This is --provenance=false for clients that do
      // not know the option: https://docs.docker.com/build/building/variables/#buildx_no_default_attestations
      BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
      BUILDKIT_PROGRESS: "plain",
    },
    log,
  });
}

/**
 * The login lives in a configuration of its own, for this push only: the user's one never sees the password. The
 * build does not use it, for the user's has Docker Hub's login, plug-ins and context. Gives the image by its digest,
 * `registry/repository@sha256:…`. Throws AwsError.
 */
export async function pushImage(
  daemon: DockerDaemon,
  reference: string,
  login: RegistryLogin,
  log: Log,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-docker-"));
  try {
    // A configuration that knows a registry keeps logins in itself, else docker looks for the system's keychain.
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [login.registry]: {} } }));
    const environment = { DOCKER_CONFIG: folder, DOCKER_CONTEXT: undefined, DOCKER_HOST: daemon.host };
    await succeed(
      `The registry ${login.registry} refused the login`,
      ["login", "--username", login.user, "--password-stdin", login.registry],
      { environment, input: login.password },
    );
    await succeed("The worker's image was not pushed", ["push", reference], { environment, log });
    return await digestReference(reference);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Docker knows it from the push; ECR may need a moment to show what it has just taken. */
async function digestReference(reference: string): Promise<string> {
  const args = ["image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}", reference];
  const { output } = await succeed("The pushed image is unknown", args);
  const repository = reference.slice(0, reference.lastIndexOf(":"));
  const pushed = output.find((line) => line.startsWith(`${repository}@sha256:`));
  if (pushed === undefined) throw new AwsError(`Docker knows no digest of ${reference} after its push.`);
  return pushed;
}

interface DockerRun {
  /** Added to this process's own; what is undefined is taken out. */
  environment?: Record<string, string | undefined>;
  input?: string;
  /** Gets each line as it comes, fit for the log of a workflow step. */
  log?: Log;
}

interface DockerEnd {
  exitCode: number | null;
  /** Lines of the standard output. */
  output: string[];
  /** The last lines of both outputs. */
  lines: string[];
}

async function succeed(failure: string, args: string[], run: DockerRun = {}): Promise<DockerEnd> {
  const end = await runDocker(args, run);
  if (end.exitCode !== 0) throw new AwsError(`${failure}: ${explainDockerFailure(end.lines)}`);
  return end;
}

const keptLines = 500;

async function runDocker(args: string[], { environment = {}, input, log }: DockerRun): Promise<DockerEnd> {
  const child = spawn("docker", args, {
    env: { ...process.env, ...environment },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const output: string[] = [];
  const lines: string[] = [];
  const take = (stream: NodeJS.ReadableStream | null, keep: (line: string) => void) => {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (raw) => {
      const line = stripVTControlCharacters(raw);
      keep(line);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      if (line.trim() !== "") log?.(logText(line));
    });
  };
  take(child.stdout, (line) => output.push(line));
  take(child.stderr, () => {});
  // A docker that ends before it has read its input has said why.
  child.stdin?.on("error", () => {}).end(input);
  try {
    const [exitCode] = await once(child, "close");
    return { exitCode, output, lines };
  } catch (cause) {
    throw new AwsError(
      "The docker command cannot be started, and the worker's image has to be built. Install Docker on this machine (GitHub's Ubuntu runners have it), or give a ready image in the input image.",
      { cause },
    );
  }
}
