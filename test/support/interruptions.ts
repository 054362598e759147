import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type DocumentResult, runKeys } from "../../worker/contract.ts";
import { parseResults } from "../../worker/run-files.ts";
import { endOf, startWorker } from "./program.ts";

export interface Interruption {
  /** When SIGTERM came, after the start. */
  afterSeconds: number;
  /** `null` when the signal came before the worker could hear it: it ends that at once. */
  exitCode: number | null;
  /** From SIGTERM to the end. */
  exitSeconds: number;
  /** Documents with a result when the worker had ended. */
  finished: number;
  /** Keys of those that had one before and were done again all the same. */
  redone: string[];
}

/**
 * Starts a worker of a prepared run's only chunk again and again, and sends it SIGTERM after each of `moments`,
 * in seconds. Ends early when the chunk is finished.
 */
export async function* interruptWorker(
  destination: string,
  runId: string,
  moments: Iterable<number>,
): AsyncGenerator<Interruption> {
  let before = await finishedDocuments(destination, runId);
  for (const afterSeconds of moments) {
    const worker = startWorker({ destination, runId, processes: 2 });
    const ended = endOf(worker);
    await Promise.race([ended, pause(afterSeconds * 1000, undefined, { ref: false })]);
    const signalledAt = performance.now();
    worker.kill("SIGTERM");
    const { exitCode } = await ended;
    const exitSeconds = (performance.now() - signalledAt) / 1000;
    const after = await finishedDocuments(destination, runId);
    const redone = [...before].filter(([key, state]) => after.get(key) !== state).map(([key]) => key);
    yield { afterSeconds, exitCode, exitSeconds, finished: after.size, redone };
    if (exitCode === 0) return;
    before = after;
  }
}

/** Each document's result and when its text was written: what changes when it is done again. */
export async function finishedDocuments(destination: string, runId: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const result of await resultsOf(destination, runId)) {
    const output = await stat(join(destination, `${result.key}.txt`)).catch(() => undefined);
    states.set(result.key, JSON.stringify([result, output?.mtimeMs]));
  }
  return states;
}

async function resultsOf(destination: string, runId: string): Promise<DocumentResult[]> {
  const key = runKeys.chunkResults(runId, 0);
  const text = await readFile(join(destination, key), "utf8").catch(() => "");
  return text === "" ? [] : parseResults(text, key).results;
}
