/** What a run on AWS Batch has cost so far. */

import type { KeptAttempt } from "../engines/batch/job-attempts.ts";
import type { BatchRun } from "../engines/batch/jobs-of-run.ts";
import { type AttemptSums, billedMs } from "./attempt-sums.ts";
import { sumAttempts, type WorkerAttempts } from "./billed-attempts.ts";
import { type Cost, costOf } from "./cost.ts";
import type { Prices } from "./prices.ts";
import { type Tally, wallSeconds } from "./tally.ts";
import { estimatedLogBytes, estimatedRequests } from "./usage.ts";

export interface RunCostFacts {
  run: BatchRun;
  tally: Pick<Tally, "pages" | "attempts">;
  /** As AWS Batch tells them, and as their workers do. */
  told: readonly KeptAttempt[];
  known: WorkerAttempts;
  /** Of the job on GitHub's runner; 0 where it is free. */
  runnerSeconds: number;
}

export function costOfRun({ run, tally, told, known, runnerSeconds }: RunCostFacts, prices: Prices): Cost {
  const { engine, totals, settings, chunks } = run;
  const attempts = sumAttempts(told, known, engine);
  const number = Math.max(told.length, tally.attempts.total);
  const requests = estimatedRequests({
    // Every key of the source was listed, and an output for each that was done.
    listedKeys: 2 * (totals.documents + totals.alreadyDone),
    documents: totals.documents,
    outputsPerDocument: settings.outputs.length,
    chunks,
    attempts: number,
    attemptSeconds: secondsOf(attempts),
    processes: Math.max(1, Math.floor(engine.vcpus)),
    watchedSeconds: wallSeconds(tally.attempts),
  });
  return costOf(
    {
      ...engine,
      attempts,
      requests,
      logBytes: estimatedLogBytes(number),
      runnerSeconds,
      pages: tally.pages.total,
    },
    prices,
  );
}

const secondsOf = (sums: AttemptSums) => (billedMs(sums.spot) + billedMs(sums["on-demand"])) / 1000;
