/** How a run ended, and what that means for the step. */

import type { Run } from "../../worker/contract.ts";
import type { Tally } from "./tally.ts";

export const outcomes = ["succeeded", "partial", "failed", "cancelled", "running"] as const;
export type Outcome = (typeof outcomes)[number];

export interface OutcomeFacts {
  run: Pick<Run, "totals" | "maxFailurePercent">;
  tally: Pick<Tally, "documents" | "pages">;
  /** No worker runs and none will be started. */
  ended: boolean;
  /** Someone asked to stop. */
  cancelled: boolean;
}

/** In binary fractions 0.57 × 10,000 is a little less than 5,700. Far less than one document counts for: 100. */
const roundingError = 0.001;

export function outcomeOf({ run, tally, ended, cancelled }: OutcomeFacts): Outcome {
  const missing = missingDocuments(run, tally);
  // Asked to stop when all was done already: the cancellation came too late to change anything.
  if (cancelled && missing > 0) return "cancelled";
  if (!ended && missing > 0) return "running";
  const failures = tally.documents.failed + missing;
  if (failures * 100 > run.maxFailurePercent * run.totals.documents + roundingError) return "failed";
  return failures > 0 || tally.pages.failed > 0 ? "partial" : "succeeded";
}

/** Documents of the run without a result. Once the run has ended they count as failed: nothing is lost silently. */
export function missingDocuments(run: Pick<Run, "totals">, { documents }: Pick<Tally, "documents">): number {
  return Math.max(0, run.totals.documents - documents.done - documents.failed - documents.skipped);
}

/** What became of several runs; of none, all is well. */
export const gravest = (outcomes: readonly Outcome[]): Outcome =>
  byGravity.find((outcome) => outcomes.includes(outcome)) ?? "succeeded";

const byGravity: readonly Outcome[] = ["failed", "cancelled", "running", "partial"];

/** The step's exit code. `running` passes: "not waited for longer" is no failure. */
export function exitCodeOf(outcome: Outcome): 0 | 1 {
  return outcome === "failed" || outcome === "cancelled" ? 1 : 0;
}
