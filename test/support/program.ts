import { spawn } from "node:child_process";
import { join } from "node:path";
import { variables } from "../../worker/contract.ts";

export const repository = join(import.meta.dirname, "../..");

/** The Node that runs the bundles: GitHub's actions and the image have Node 24, a contributor may have 20. */
export const productNode = process.env.TEXTMILL_TEST_NODE ?? process.execPath;

export interface ProgramEnd {
  /** `null` when a signal ended it. */
  exitCode: number | null;
  output: string;
  errors: string;
}

/** Runs the program as a terminal does. */
export function runProgram(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number } = {},
): Promise<ProgramEnd> {
  const child = spawn(productNode, [join(repository, "dist/main.mjs"), ...args], {
    cwd: options.cwd ?? repository,
    env: options.env ?? withoutRunner(process.env),
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  });
  return endOf(child);
}

/** `infra-scripts/bootstrap` or `infra-scripts/teardown`, as an administrator runs it. */
export function runInfraScript(
  name: "bootstrap" | "teardown",
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<ProgramEnd> {
  const script = join(repository, "infra-scripts", name);
  return endOf(spawn(productNode, [script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] }));
}

/** What GitHub sets would make the program take a test for a step of the workflow that tests it. */
export function withoutRunner(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:GITHUB|INPUT|RUNNER)_/.test(name)),
  );
}

/** A worker of one chunk of a run, as an engine starts it. */
export function startWorker(work: { destination: string; runId: string; chunk?: number; processes: number }) {
  return spawn(productNode, [join(repository, "dist/worker.mjs")], {
    env: {
      ...withoutRunner(process.env),
      [variables.destination]: work.destination,
      [variables.runId]: work.runId,
      [variables.chunkOffset]: String(work.chunk ?? 0),
      [variables.processes]: String(work.processes),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function endOf(child: ReturnType<typeof spawn>): Promise<ProgramEnd> {
  let output = "";
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output, errors }));
  });
}
