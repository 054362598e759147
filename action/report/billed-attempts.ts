/** Which attempts a run is billed for: AWS Batch tells how long each took, the workers what came of it. */

import {
  type Attempt,
  type BatchEngine,
  type CapacityKind,
  type ChunkSet,
  type DocumentResult,
  exitCodes,
} from "../../worker/contract.ts";
import type { JobAttempt } from "../aws/jobs.ts";
import { type AttemptSums, addAttempt, type BilledAttempt, emptyAttemptSums } from "./attempt-sums.ts";
import type { ChunkResults } from "./collect.ts";

/** What workers wrote of their attempts, by `attemptName`. */
export type WorkerAttempts = Map<string, WorkerAttempt>;

type WorkerAttempt = Omit<BilledAttempt, "kind"> & { chunksOf: ChunkSet };

/** An attempt that has ended, and on which capacity it was. */
export type ToldAttempt = Pick<JobAttempt, "jobId" | "attempt" | "startedAt" | "stoppedAt" | "exitCode"> & {
  kind: CapacityKind;
};

const attemptName = ({ id, attempt }: { id: string; attempt: number }) => `${id} ${attempt}`;

/** Changes `known`. */
export function addChunk(known: WorkerAttempts, { attempts, results }: ChunkResults): void {
  for (const attempt of attempts) {
    if (attempt.job === null) continue;
    known.set(attemptName(attempt.job), {
      chunksOf: attempt.job.chunksOf,
      seconds: secondsBetween(attempt.startedAt, attempt.ended?.at ?? attempt.updatedAt),
      ended: attempt.ended?.why ?? "running",
      keptShare: keptShare(attempt, results),
    });
  }
}

/** Each attempt once: as AWS Batch tells it, or, while it does not, as its worker does. */
export function sumAttempts(
  told: Iterable<ToldAttempt>,
  known: WorkerAttempts,
  { capacity }: Pick<BatchEngine, "capacity">,
): AttemptSums {
  const sums = emptyAttemptSums();
  const untold = new Map(known);
  for (const attempt of told) {
    const name = attemptName({ id: attempt.jobId, attempt: attempt.attempt });
    addAttempt(sums, billed(attempt, untold.get(name)));
    untold.delete(name);
  }
  for (const { chunksOf, ...attempt } of untold.values()) {
    const isOnDemand = chunksOf === "left-over" || capacity === "on-demand";
    addAttempt(sums, { ...attempt, kind: isOnDemand ? "on-demand" : "spot" });
  }
  return sums;
}

/** Nothing is kept of an attempt whose worker never wrote. */
function billed(
  { kind, startedAt, stoppedAt, exitCode }: ToldAttempt,
  worker: WorkerAttempt | undefined,
): BilledAttempt {
  const seconds = startedAt === null ? 0 : secondsBetween(startedAt, stoppedAt);
  return { kind, seconds, ended: endOf(exitCode), keptShare: worker?.keptShare ?? 0 };
}

/** A worker that is killed at a Spot interruption has not ended by itself, so it has another code or none. */
function endOf(exitCode: number | null): BilledAttempt["ended"] {
  if (exitCode === exitCodes.finished.code) return "finished";
  return exitCode === exitCodes.interrupted.code ? "interrupted" : "failed";
}

/**
 * The share of an attempt's pages whose documents have a result of that attempt; the others were read in vain. Of
 * documents that failed no pages are known, so theirs count as lost, as does an attempt without pages.
 */
function keptShare({ attempt, pages }: Attempt, results: readonly DocumentResult[]): number {
  if (pages === 0) return 0;
  let kept = 0;
  for (const result of results) {
    if (result.attempt === attempt && result.status === "done") kept += result.pages;
  }
  // A worker counts a page once, but the file is another process's.
  return Math.min(1, kept / pages);
}

const secondsBetween = (start: string, end: string) => (Date.parse(end) - Date.parse(start)) / 1000;
