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
import { openProgressDisplay } from "../progress.ts";
import type { Engine, EngineEnd, Following } from "./engine.ts";
import { showProgress } from "./results.ts";

interface StartedRun {
  /** Settles when no worker of the run is left. */
  ended: Promise<EngineEnd>;
  /** Asks the workers to leave; what is unfinished stays for another start. */
  stop(): void;
}

/** Workers are processes of this machine, one at a time: one keeps all allowed OCR processes busy. */
export function localEngine({ processes, languages }: { processes: number; languages: string[] }): Engine {
  return {
    async obstacles() {
      const found = await Promise.all(languages.map(findLanguageData));
      return found.filter((data) => data.outcome === "missing").map(({ message }) => message);
    },
    forecast: async () => undefined,
    parallelism: async () => ({ workers: 1, processesPerWorker: processes }),
    prepare: async () => ({ kind: "local", processes }),
  };
}

export type LocalRun = Run & { engine: LocalEngine };

export const isLocal = (run: Run): run is LocalRun => run.engine.kind === "local";

/** Works on the run's chunks one after the other, and shows how it goes on. */
export async function workLocally(
  run: LocalRun,
  { destination, console, stop, onProgress }: Following,
): Promise<EngineEnd> {
  const started = startWorkers(run);
  const leave = () => {
    console.info("stopping: the documents that are being read are left for the next start");
    started.stop();
  };
  stop.addEventListener("abort", leave, { once: true });
  if (stop.aborted) leave();
  const display = openProgressDisplay(process.stdout, { isTerminal: console.isTerminal, onProgress });
  try {
    await showProgress(run, destination, display, started.ended);
    return await started.ended;
  } finally {
    display.close();
    stop.removeEventListener("abort", leave);
  }
}

function startWorkers(run: LocalRun): StartedRun {
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
      worker = startWorker(run, chunk);
      const { exitCode, errors } = await endOf(worker);
      if (exitCode === exitCodes.finished.code) return { outcome: "ended" };
      if (stopping) return { outcome: "cancelled" };
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

function startWorker(run: LocalRun, chunk: number): ChildProcess {
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
      [variables.processes]: String(run.engine.processes),
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
