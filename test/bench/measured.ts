import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programOf } from "../support/process-tree.ts";
import { withoutRunner } from "../support/program.ts";

export interface Usage {
  /** User and system time of the process and all that came of it, also of those that were killed. */
  cpuSeconds: number;
  wallSeconds: number;
  /** The highest sum of the resident memory of all of them, looked at 20 times a second. */
  peakBytes: number;
  /** By the name of the program or of its script; to a twentieth of a second. */
  cpuSecondsOf: Map<string, number>;
}

/** Runs a command on the given cores; fails when it fails. */
export function runMeasured(command: string[], cores: number[]): Promise<Usage> {
  const started = performance.now();
  const child = spawn(
    "/usr/bin/python3",
    [join(import.meta.dirname, "reap.py"), "taskset", "--cpu-list", cores.join(","), ...command],
    {
      env: { ...withoutRunner(process.env), OMP_THREAD_LIMIT: "1" },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    },
  );
  let errors = "";
  let used = "";
  child.stderr?.on("data", (text) => {
    errors += text;
  });
  child.stdio[3]?.on("data", (text) => {
    used += text;
  });
  const samples = openSamples();
  const sampling = setInterval(() => samples.take(child.pid ?? 0), 50);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      clearInterval(sampling);
      const wallSeconds = (performance.now() - started) / 1000;
      const usage = { cpuSeconds: Number(used), wallSeconds, ...samples.result() };
      if (exitCode === 0) resolve(usage);
      else reject(new Error(`${command.join(" ")} ended with ${exitCode}: ${errors}`));
    });
  });
}

/** Looks at all processes below one, by Linux's /proc. */
function openSamples() {
  let peakBytes = 0;
  const latest = new Map<number, { program: string; cpuSeconds: number }>();
  return {
    take(root: number): void {
      const processes = processesBelow(root);
      peakBytes = Math.max(peakBytes, sum(processes.map(residentBytes)));
      for (const process of processes) {
        // A process that has ended keeps its time until its parent looks, but not its name.
        const program = programOf(readProcess(process, "cmdline")) || (latest.get(process)?.program ?? "");
        latest.set(process, { program, cpuSeconds: cpuSecondsOf(process) });
      }
    },
    result() {
      const cpuSecondsOf = new Map<string, number>();
      for (const { program, cpuSeconds } of latest.values()) {
        cpuSecondsOf.set(program, (cpuSecondsOf.get(program) ?? 0) + cpuSeconds);
      }
      return { peakBytes, cpuSecondsOf };
    },
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

function processesBelow(process: number): number[] {
  return childrenOf(process).flatMap((child) => [child, ...processesBelow(child)]);
}

/** A child belongs to the thread that started it. */
function childrenOf(process: number): number[] {
  return threadsOf(process)
    .flatMap((thread) => readProcess(process, `task/${thread}/children`).match(/\d+/g) ?? [])
    .map(Number);
}

function threadsOf(process: number): string[] {
  try {
    return readdirSync(`/proc/${process}/task`);
  } catch {
    return [];
  }
}

const pageBytes = 4096;
const residentBytes = (process: number) =>
  Number(readProcess(process, "statm").split(" ")[1] ?? 0) * pageBytes;

const ticksPerSecond = 100;

/** proc(5): the 14th and 15th field of `stat` are user and system time; the second one may hold spaces. */
function cpuSecondsOf(process: number): number {
  const [, , , , , , , , , , , user = 0, system = 0] = readProcess(process, "stat")
    .replace(/^.*\) /s, "")
    .split(" ")
    .map(Number);
  return (user + system) / ticksPerSecond;
}

function readProcess(process: number, file: string): string {
  try {
    return readFileSync(`/proc/${process}/${file}`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
