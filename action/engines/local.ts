import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { bundleFolder } from "../../worker/bundle.ts";
import {
  deservesRetry,
  exitCodes,
  type LocalEngine,
  maxAttempts,
  type Run,
  variables,
} from "../../worker/contract.ts";
import { findLanguageData } from "../../worker/languages.ts";

export type EngineEnd =
  /** Every chunk has been worked on; the results tell how well. */
  | { outcome: "ended" }
  | { outcome: "stopped" }
  /** A worker cannot do its work at all, and no other could. */
  | { outcome: "refused"; message: string };

export interface StartedRun {
  /** Settles when no worker of the run is left. */
  ended: Promise<EngineEnd>;
  /** Asks the workers to leave; what is unfinished stays for another start. */
  stop(): void;
}

/** What keeps this machine from working on a run, before anything is written; empty when nothing does. */
export async function obstaclesToLocalRun(languages: string[]): Promise<string[]> {
  const found = await Promise.all(languages.map(findLanguageData));
  return found.filter((data) => data.outcome === "missing").map(({ message }) => message);
}

/** Works on the run's chunks one after the other: one worker keeps all allowed OCR processes busy. */
export function startLocalRun(run: Run, { processes }: LocalEngine): StartedRun {
  let worker: ChildProcess | undefined;
  let stopping = false;

  async function workOnAllChunks(): Promise<EngineEnd> {
    for (let chunk = 0; chunk < run.chunks; chunk++) {
      const end = await workOnChunk(chunk);
      if (end.outcome !== "ended") return end;
    }
    return { outcome: "ended" };
  }

  async function workOnChunk(chunk: number): Promise<EngineEnd> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      worker = startWorker(run, chunk, processes);
      const { exitCode, errors } = await endOf(worker);
      if (exitCode === exitCodes.finished.code) return { outcome: "ended" };
      if (stopping) return { outcome: "stopped" };
      if (!deservesRetry(exitCode)) return { outcome: "refused", message: errors.trim() };
      process.stderr.write(errors);
    }
    return { outcome: "ended" };
  }

  return {
    ended: workOnAllChunks(),
    stop() {
      stopping = true;
      worker?.kill("SIGTERM");
    },
  };
}

function startWorker(run: Run, chunk: number, processes: number): ChildProcess {
  return fork(join(bundleFolder, "worker.mjs"), {
    // The channel tells the worker when this process is gone, so that it does not go on unseen.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
    env: {
      ...process.env,
      [variables.destination]: run.destination,
      [variables.runId]: run.runId,
      [variables.chunkOffset]: String(chunk),
      [variables.arrayIndex]: "0",
      [variables.processes]: String(processes),
    },
  });
}

const keptErrorCharacters = 4000;

/** `exitCode` is `null` when a signal ended the worker. */
function endOf(worker: ChildProcess): Promise<{ exitCode: number | null; errors: string }> {
  let errors = "";
  worker.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptErrorCharacters);
  });
  return new Promise((resolve, reject) => {
    worker.once("error", (cause) => reject(new Error("The worker could not be started.", { cause })));
    worker.once("close", (exitCode) => resolve({ exitCode, errors }));
  });
}
