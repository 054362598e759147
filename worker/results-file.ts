import { hostname } from "node:os";
import {
  type Attempt,
  contractVersion,
  type DocumentResult,
  maxKilledAttemptsPerDocument,
  resultsIntervalSeconds,
  runKeys,
  variables,
} from "./contract.ts";
import { parseResults } from "./run-files.ts";
import type { Store } from "./store.ts";

/** A chunk's results so far and the attempt that is adding to them. */
export interface ResultsFile {
  attempt: Attempt;
  has(key: string): boolean;
  /** Whether the document was in flight in so many killed attempts that it may be what killed them. */
  isSuspect(key: string): boolean;
  add(result: DocumentResult): void;
  /** Writes once more, with the end of the attempt; nothing is written after it. */
  close(why: "finished" | "interrupted"): Promise<void>;
}

/**
 * Goes on where earlier attempts at the chunk ended. The file is rewritten at intervals; `refresh` is
 * called before each write to bring the attempt's figures up to date.
 */
export async function openResultsFile(
  destination: Store,
  run: { runId: string; chunk: number },
  refresh: (attempt: Attempt) => void,
  onFailedWrite: (error: unknown) => void,
): Promise<ResultsFile> {
  const key = runKeys.chunkResults(run.runId, run.chunk);
  const { attempts, results } = await readEarlier(destination, key);
  const byKey = new Map(results.map((result) => [result.key, result]));
  const attempt = newAttempt(attempts.length + 1);

  let lastWrite = Promise.resolve();
  const write = () => {
    refresh(attempt);
    attempt.updatedAt = new Date().toISOString();
    attempt.documents = countByStatus(byKey.values());
    const lines = [...attempts, attempt, ...byKey.values()].map((line) => `${JSON.stringify(line)}\n`);
    lastWrite = lastWrite.then(async () => {
      await destination.write(key, lines.join(""));
    });
    return lastWrite;
  };
  await write();
  const timer = setInterval(
    () => write().catch(onFailedWrite),
    resultsIntervalSeconds(destination.location) * 1000,
  );

  return {
    attempt,
    has: (documentKey) => byKey.has(documentKey),
    isSuspect: (documentKey) =>
      attempts.filter((earlier) => earlier.ended === null && earlier.inFlight.includes(documentKey)).length >=
      maxKilledAttemptsPerDocument,
    add: (result) => byKey.set(result.key, result),
    async close(why) {
      clearInterval(timer);
      attempt.ended = { at: new Date().toISOString(), why };
      await write();
    },
  };
}

function countByStatus(results: Iterable<DocumentResult>): Attempt["documents"] {
  const counts = { done: 0, failed: 0, skipped: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

async function readEarlier(destination: Store, key: string) {
  const file = await destination.read(key);
  if (file.outcome === "not-found") return { attempts: [], results: [] };
  if (file.outcome !== "read") throw new Error(`The results so far cannot be read. ${file.message}`);
  return parseResults(Buffer.from(file.bytes).toString("utf8"), `${destination.location}${key}`);
}

function newAttempt(attempt: number): Attempt {
  const startedAt = new Date().toISOString();
  return {
    type: "attempt",
    version: contractVersion,
    attempt,
    host: hostname(),
    job: batchJob(process.env),
    startedAt,
    updatedAt: startedAt,
    ended: null,
    cpuSeconds: 0,
    pages: 0,
    documents: { done: 0, failed: 0, skipped: 0 },
    inFlight: [],
  };
}

function batchJob(environment: NodeJS.ProcessEnv): Attempt["job"] {
  const id = environment[variables.jobId];
  if (id === undefined) return null;
  const chunksOf = environment[variables.chunksOf] === "left-over" ? "left-over" : "all";
  return { id, attempt: Number(environment[variables.jobAttempt]), chunksOf };
}
