/** How a run goes on, told by what its workers write, wherever they run. */
import { setTimeout as delay } from "node:timers/promises";
import { type Attempt, type Run, resultsIntervalSeconds, runKeys } from "../../worker/contract.ts";
import { parseAttempts } from "../../worker/run-files.ts";
import type { Store, StoredObject } from "../../worker/store.ts";
import type { Progress, ProgressDisplay } from "../progress.ts";

/** What the results files of a run tell, all chunks together. */
export interface Counts {
  done: number;
  failed: number;
  skipped: number;
  /** Pages of all attempts so far, those of unfinished documents included. */
  pages: number;
}

export interface Look extends Counts {
  /** Whether a worker has written anything since the look before. */
  changed: boolean;
}

const nothing: Counts = { done: 0, failed: 0, skipped: 0, pages: 0 };

/** Thousands of workers may have written since the last look. */
const readsInFlight = 16;

/** Each look reads only the beginnings of the files that changed. */
export function followResults(destination: Store, run: Run): () => Promise<Look> {
  const chunks = new Map<string, { etag: string; counts: Counts }>();
  return async () => {
    let changed = false;
    const changedFiles = filesOtherThan(destination.list(runKeys.results(run.runId)), chunks);
    const lanes = Array.from({ length: readsInFlight }, async () => {
      for await (const { key, etag } of changedFiles) {
        const attempts = await readAttempts(destination, key);
        if (attempts === undefined) continue;
        chunks.set(key, { etag, counts: countsOf(attempts) });
        changed = true;
      }
    });
    await Promise.all(lanes);
    return { ...sum([...chunks.values()].map(({ counts }) => counts)), changed };
  };
}

async function* filesOtherThan(
  files: AsyncIterable<StoredObject>,
  known: ReadonlyMap<string, { etag: string }>,
): AsyncGenerator<StoredObject> {
  for await (const file of files) {
    if (known.get(file.key)?.etag !== file.etag) yield file;
  }
}

/** Enough for the attempts at a chunk, unless the keys in flight are very long. */
const headBytes = 32 * 1024;

/** `undefined` when the file is being replaced: the next look finds it. */
async function readAttempts(destination: Store, key: string): Promise<Attempt[] | undefined> {
  const name = `${destination.location}${key}`;
  const head = await destination.read(key, { start: 0, end: headBytes });
  if (head.outcome !== "read") return undefined;
  const isWhole = head.bytes.length < headBytes;
  const attempts = parseAttempts(textOf(head.bytes), name, isWhole);
  if (attempts !== undefined) return attempts;
  const whole = await destination.read(key);
  return whole.outcome === "read" ? parseAttempts(textOf(whole.bytes), name, true) : undefined;
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

function countsOf(attempts: Attempt[]): Counts {
  return {
    ...(attempts.at(-1)?.documents ?? nothing),
    pages: attempts.reduce((pages, attempt) => pages + attempt.pages, 0),
  };
}

function sum(all: Counts[]): Counts {
  return all.reduce(
    (total, counts) => ({
      done: total.done + counts.done,
      failed: total.failed + counts.failed,
      skipped: total.skipped + counts.skipped,
      pages: total.pages + counts.pages,
    }),
    nothing,
  );
}

export const isComplete = (run: Run, { done, failed, skipped }: Counts) =>
  done + failed + skipped >= run.totals.documents;

/** Shows how a run goes on until `ended` settles, and once more after that. */
export async function showProgress(
  run: Run,
  destination: Store,
  display: ProgressDisplay,
  ended: Promise<unknown>,
): Promise<void> {
  const look = followResults(destination, run);
  const startedAt = performance.now();
  const settled = ended.then(
    () => true,
    () => true,
  );
  for (let isOver = false; !isOver; ) {
    isOver = await Promise.race([settled, delay(resultsIntervalSeconds(destination.location) * 500, false)]);
    display.update(progressOf(run, await look(), (performance.now() - startedAt) / 1000));
  }
}

export function progressOf(
  run: Run,
  { done, failed, skipped, pages }: Counts,
  elapsedSeconds: number,
): Progress {
  return { documents: { total: run.totals.documents, done, failed, skipped }, pages, elapsedSeconds };
}
