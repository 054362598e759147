import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withoutRunner } from "../support/program.ts";

export interface Usage {
  /** User and system time of the process and all that came of it, also of those that were killed. */
  cpuSeconds: number;
  wallSeconds: number;
  /** The highest sum of the resident memory of all of them, looked at 20 times a second. */
  peakBytes: number;
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
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytesBelow(child.pid ?? 0));
  }, 50);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      clearInterval(sampling);
      const wallSeconds = (performance.now() - started) / 1000;
      if (exitCode === 0) resolve({ cpuSeconds: Number(used), wallSeconds, peakBytes });
      else reject(new Error(`${command.join(" ")} ended with ${exitCode}: ${errors}`));
    });
  });
}

/** Of all processes below this one, by Linux's /proc. */
function residentBytesBelow(process: number): number {
  return childrenOf(process).reduce(
    (sum, child) => sum + residentBytes(child) + residentBytesBelow(child),
    0,
  );
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

function readProcess(process: number, file: string): string {
  try {
    return readFileSync(`/proc/${process}/${file}`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
