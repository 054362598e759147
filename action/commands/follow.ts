import { setTimeout as delay } from "node:timers/promises";
import { type Run, resultsIntervalSeconds, runKeys } from "../../worker/contract.ts";
import { parseResults } from "../../worker/run-files.ts";
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

/** Follows a run by what its workers write, wherever they run: each look reads only the files that changed. */
export function followResults(destination: Store, run: Run): () => Promise<Look> {
  const chunks = new Map<string, { etag: string; counts: Counts }>();
  return async () => {
    let changed = false;
    for await (const file of destination.list(runKeys.results(run.runId))) {
      if (chunks.get(file.key)?.etag === file.etag) continue;
      const counts = await countsOf(destination, file);
      if (counts === undefined) continue;
      chunks.set(file.key, { etag: file.etag, counts });
      changed = true;
    }
    return { ...sum([...chunks.values()].map(({ counts }) => counts)), changed };
  };
}

/** `undefined` when the file is being replaced: the next look finds it. */
async function countsOf(destination: Store, { key }: StoredObject): Promise<Counts | undefined> {
  const file = await destination.read(key);
  if (file.outcome !== "read") return undefined;
  const { attempts, results } = parseResults(
    Buffer.from(file.bytes).toString("utf8"),
    `${destination.location}${key}`,
  );
  const counts = { ...nothing };
  for (const { status } of results) counts[status]++;
  for (const { pages } of attempts) counts.pages += pages;
  return counts;
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
