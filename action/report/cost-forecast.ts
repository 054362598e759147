/** What a run on AWS Batch would cost, and take, before anything is spent. */

import type { CapacityKind } from "../../worker/contract.ts";
import { addAttempt, emptyAttemptSums, startUpSeconds } from "./attempt-sums.ts";
import { type Cost, costOf } from "./cost.ts";
import type { Prices } from "./prices.ts";
import { estimatedLogBytes, estimatedRequests } from "./usage.ts";

export interface CostForecastFacts {
  /** Forecast for all documents. */
  cpuSeconds: number;
  documents: number;
  outputsPerDocument: number;
  /** Keys of the source and of the destination. */
  listedKeys: number;
  chunks: number;
  /** Of each child, which has an OCR process for each vCPU. */
  vcpus: number;
  memoryMib: number;
  publicIp: boolean;
  kind: CapacityKind;
  /** Of all children that may run at a time. */
  maxVcpus: number;
  /** Whether the job on GitHub's runner that watches is paid for. */
  isRunnerPaid: boolean;
}

export interface CostForecast {
  /** The same parts as afterwards. No child is interrupted, and pages are not known. */
  cost: Cost;
  /** From the first launch to the last end. */
  wallSeconds: number;
}

/** Each chunk is one attempt with the same share of the work, and keeps all its vCPUs busy. The run is watched to its end. */
export function forecastCost(facts: CostForecastFacts, prices: Prices): CostForecast {
  const { chunks, vcpus, kind } = facts;
  const seconds = chunks === 0 ? 0 : facts.cpuSeconds / chunks / vcpus;
  const attempts = emptyAttemptSums();
  addAttempt(attempts, { kind, seconds, ended: "finished", keptShare: 1 }, chunks);
  const wallSeconds = forecastWallSeconds(facts, seconds);
  const requests = estimatedRequests({
    ...facts,
    attempts: chunks,
    attemptSeconds: seconds * chunks,
    processes: vcpus,
    watchedSeconds: wallSeconds,
  });
  const logBytes = estimatedLogBytes(chunks);
  const cost = costOf(
    { ...facts, attempts, requests, logBytes, runnerSeconds: facts.isRunnerPaid ? wallSeconds : 0, pages: 0 },
    prices,
  );
  return { cost, wallSeconds };
}

/**
 * Fargate launches 100 tasks at once and 20 a second from then on, in each region of an account:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html.
 */
const launchesAtOnce = 100;
const launchesPerSecond = 20;

const launchSeconds = (children: number) => Math.max(0, children - launchesAtOnce) / launchesPerSecond;

/** As many children as there are vCPUs for, round after round; launches alone bound a run of short chunks. */
function forecastWallSeconds({ chunks, vcpus, maxVcpus }: CostForecastFacts, chunkSeconds: number): number {
  if (chunks === 0) return 0;
  const atATime = Math.max(1, Math.floor(maxVcpus / vcpus));
  const roundSeconds = startUpSeconds + chunkSeconds;
  const rounds = Math.ceil(chunks / atATime);
  const lastRoundStarts = (rounds - 1) * roundSeconds + launchSeconds(Math.min(chunks, atATime));
  return Math.max(launchSeconds(chunks), lastRoundStarts) + roundSeconds;
}
