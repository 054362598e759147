/** What the attempts of a run's jobs are billed for, summed up one at a time in constant memory. */

import type { CapacityKind } from "../../worker/contract.ts";

/** One attempt of one child job, as AWS Batch tells of it. */
export interface BilledAttempt {
  kind: CapacityKind;
  /** From the container's start to its end, or until now; 0 when it never started. */
  seconds: number;
  ended: "finished" | "interrupted" | "failed" | "running";
  /** 0 to 1: the share of its pages whose documents have a result of that attempt. */
  keptShare: number;
}

/**
 * Whole milliseconds, so that sums are exact whatever the order of the attempts.
 * - start-up: before the container starts, of every attempt, also of one that repeats another's work;
 * - lost: of attempts that ended before their chunk did, the part whose pages have to be read again;
 * - useful: the rest, the start of the worker's own processes among it.
 */
export interface BilledTime {
  attempts: number;
  usefulMs: number;
  startUpMs: number;
  lostMs: number;
}

export type AttemptSums = Record<CapacityKind, BilledTime>;

/**
 * A bill begins with the pull of the image (https://aws.amazon.com/fargate/pricing/), of which AWS Batch does not
 * tell. This is the median of three cold starts on Fargate Spot that the project QuakeScope measured (59 to 72 s,
 * docs/rerun_2026/16_skypilot_vs_fargate.md), with an image of its own. A cold start is more than the pull, so the
 * true figure is likely to be lower. It covers the minute that is billed at least.
 */
export const startUpSeconds = 61;

export function emptyAttemptSums(): AttemptSums {
  const nothing = { attempts: 0, usefulMs: 0, startUpMs: 0, lostMs: 0 };
  return { spot: { ...nothing }, "on-demand": { ...nothing } };
}

/** Changes `sums`. `times`: so many attempts alike. */
export function addAttempt(sums: AttemptSums, attempt: BilledAttempt, times = 1): void {
  const sum = sums[attempt.kind];
  // The clocks behind the two times may disagree.
  const ms = Math.max(0, Math.round(attempt.seconds * 1000));
  const lostMs = isCutShort(attempt) ? Math.round(ms * (1 - attempt.keptShare)) : 0;
  sum.attempts += times;
  sum.startUpMs += times * startUpSeconds * 1000;
  sum.lostMs += times * lostMs;
  sum.usefulMs += times * (ms - lostMs);
}

const isCutShort = ({ ended }: BilledAttempt) => ended === "interrupted" || ended === "failed";

export const billedMs = ({ usefulMs, startUpMs, lostMs }: BilledTime) => usefulMs + startUpMs + lostMs;
