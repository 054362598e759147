import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChunkDocument, type DocumentResult, type Run, runKeys } from "./contract.ts";
import { processDocument } from "./document.ts";
import { type OcrPool, openOcrPool } from "./ocr-pool.ts";
import { openResultsFile, type ResultsFile } from "./results-file.ts";
import { ContractError, parseChunk } from "./run-files.ts";
import type { Store } from "./store.ts";

export interface ChunkWork {
  run: Run;
  chunk: number;
  processes: number;
  source: Store;
  destination: Store;
  /** Aborted when the worker has to leave: what is unfinished stays for the next attempt. */
  signal: AbortSignal;
}

/** What the results file tells of the work while it goes on. */
interface Progress {
  pages: number;
  inFlight: Set<string>;
}

/**
 * Gives every document of a chunk its result; those of earlier attempts stand. "interrupted" when
 * documents are left without one.
 */
export async function processChunk(work: ChunkWork): Promise<"finished" | "interrupted"> {
  const documents = await readChunk(work);
  const pool = openOcrPool(work.processes, work.run.settings);
  const progress: Progress = { pages: 0, inFlight: new Set() };
  const failedWrite = new AbortController();
  const results = await openResults(work, pool, progress, failedWrite);
  const stop = AbortSignal.any([work.signal, failedWrite.signal]);
  const scratchFolder = await mkdtemp(join(tmpdir(), "textmill-"));
  try {
    const todo = documents.filter(({ key }) => !results.has(key));
    await untilAborted(stop, takeAll(todo, { work, pool, progress, results, scratchFolder, stop }));
    failedWrite.signal.throwIfAborted();
    const why = documents.every(({ key }) => results.has(key)) ? "finished" : "interrupted";
    await results.close(why);
    return why;
  } finally {
    pool.close();
    // Processes that were killed just now may still add a file.
    await rm(scratchFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function readChunk({ run, chunk, destination }: ChunkWork): Promise<ChunkDocument[]> {
  const key = runKeys.chunk(run.runId, chunk);
  const name = `${destination.location}${key}`;
  const file = await destination.read(key);
  if (file.outcome !== "read") throw new ContractError(`The chunk cannot be read. ${file.message}`);
  const { header, documents } = parseChunk(Buffer.from(file.bytes).toString("utf8"), name);
  if (header.planId !== run.planId) {
    throw new ContractError(
      `${name} was written by another plan than the run's: two plans ran at once. Start a new run.`,
    );
  }
  return documents;
}

function openResults(work: ChunkWork, pool: OcrPool, progress: Progress, failedWrite: AbortController) {
  return openResultsFile(
    work.destination,
    { runId: work.run.runId, chunk: work.chunk },
    (attempt) => {
      const { user, system } = process.cpuUsage();
      attempt.cpuSeconds = Math.round(((user + system) / 1e6 + pool.cpuSeconds()) * 100) / 100;
      attempt.pages = progress.pages;
      attempt.inFlight = [...progress.inFlight];
    },
    (error) => failedWrite.abort(error),
  );
}

interface Taking {
  work: ChunkWork;
  pool: OcrPool;
  progress: Progress;
  results: ResultsFile;
  scratchFolder: string;
  stop: AbortSignal;
}

/** Two documents for each process: while one is recognised, the next one's bytes are fetched. */
async function takeAll(documents: ChunkDocument[], taking: Taking): Promise<void> {
  const queue = documents.entries();
  const takeInTurn = async () => {
    for (const [index, document] of queue) {
      if (taking.stop.aborted) return;
      const result = await take(document, join(taking.scratchFolder, String(index)), taking);
      if (result !== undefined) taking.results.add(result);
    }
  };
  await Promise.all(Array.from({ length: taking.work.processes * 2 }, takeInTurn));
}

async function take(
  document: ChunkDocument,
  folder: string,
  taking: Taking,
): Promise<DocumentResult | undefined> {
  const { work, pool, progress, results } = taking;
  if (results.isSuspect(document.key)) return suspectResult(document, results);
  try {
    return await processDocument(
      {
        source: work.source,
        destination: work.destination,
        settings: work.run.settings,
        pool,
        attempt: results.attempt.attempt,
        onBegun: () => progress.inFlight.add(document.key),
        onPage: () => progress.pages++,
      },
      document,
      folder,
    );
  } finally {
    progress.inFlight.delete(document.key);
  }
}

function suspectResult({ key, bytes }: ChunkDocument, results: ResultsFile): DocumentResult {
  const message =
    "The worker was killed twice while it read the document, so it is not tried again in this run.";
  const { attempt } = results.attempt;
  return { type: "document", key, bytes, seconds: 0, attempt, status: "failed", reason: "crashed", message };
}

/** Does not wait for work that goes on after the abort, e.g. a long download. */
async function untilAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  if (signal.aborted) return;
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  await Promise.race([work, aborted]);
}
