/** A `docker` command that answers as a test says and writes down how it was called. */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";
import { temporaryFolder } from "./folders.ts";

export interface DockerAnswer {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

export interface DockerCall {
  args: string[];
  input: string;
  environment: Record<string, string | undefined>;
  /** What the configuration of the call held, and is no longer there afterwards. */
  config: string | null;
}

/** By docker's subcommand; one that is not named succeeds and prints nothing. */
export type DockerAnswers = Record<string, DockerAnswer>;

const healthy: DockerAnswers = {
  version: { stdout: "28.0.4\n" },
  context: { stdout: "default unix:///var/run/docker.sock\n" },
};

/** The only command in PATH until the test is over (`unstubEnvs`). Gives the calls so far. */
export async function useFakeDocker(answers: DockerAnswers = {}): Promise<() => Promise<DockerCall[]>> {
  const folder = await temporaryFolder();
  const calls = join(folder, "calls.jsonl");
  const program = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const { DOCKER_CONFIG, DOCKER_HOST, DOCKER_CONTEXT, BUILDX_BUILDER, BUILDX_NO_DEFAULT_ATTESTATIONS } = process.env;
const read = (path) => { try { return readFileSync(path, "utf8"); } catch { return null; } };
appendFileSync(${JSON.stringify(calls)}, JSON.stringify({
  args,
  input: args[0] === "login" ? readFileSync(0, "utf8") : "",
  environment: { DOCKER_CONFIG, DOCKER_HOST, DOCKER_CONTEXT, BUILDX_BUILDER, BUILDX_NO_DEFAULT_ATTESTATIONS },
  config: DOCKER_CONFIG ? read(DOCKER_CONFIG + "/config.json") : null,
}) + "\\n");
const { exitCode = 0, stdout = "", stderr = "" } = ${JSON.stringify({ ...healthy, ...answers })}[args[0]] ?? {};
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
`;
  await writeFile(join(folder, "docker"), program);
  await chmod(join(folder, "docker"), 0o755);
  vi.stubEnv("PATH", folder);
  return async () => {
    const text = await readFile(calls, "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
}
