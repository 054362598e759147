/** A run as it lies in a destination long after its end: what `cleanup` finds. */
import { renderSummary } from "../../action/report/summary.ts";
import { type Run, runKeys } from "../../worker/contract.ts";
import type { Store } from "../../worker/store.ts";
import { doneResult, failedResult, madeUpReport, madeUpRun } from "../action/report/made-up.ts";

export const scratchKeys = (runId: string) => [
  runKeys.chunk(runId, 0),
  runKeys.chunk(runId, 1),
  `${runKeys.jobs(runId)}all-0000000-1.json`,
  runKeys.leftOver(runId),
  runKeys.chunkResults(runId, 0),
  runKeys.chunkResults(runId, 1),
];

export const keptKeys = (runId: string) => [
  runKeys.cancelled(runId),
  runKeys.jobAttempts(runId),
  runKeys.report(runId),
  runKeys.summary(runId),
  runKeys.allResults(runId),
  runKeys.run(runId),
];

const states = {
  succeeded: { results: [doneResult()] },
  partial: { results: [doneResult(), failedResult()], run: { maxFailurePercent: 50 } },
  failed: { results: [failedResult()] },
  cancelled: { results: [doneResult()], missing: 1, state: { cancelled: true } },
  running: { results: [doneResult()], missing: 1, state: { ended: false } },
} as const;

/** Every file that a run can have; `changes` replaces texts, `undefined` leaves a file out. */
export async function putOldRun(
  destination: Store,
  runId: string,
  outcome: keyof typeof states = "succeeded",
  { run: changes = {}, files = {} }: { run?: Partial<Run>; files?: Record<string, string | undefined> } = {},
): Promise<void> {
  const {
    results,
    missing = 0,
    run = {},
    state = {},
  } = { missing: 0, run: {}, state: {}, ...states[outcome] };
  const totals = { documents: results.length + missing, bytes: 1, alreadyDone: 0 };
  const described = { runId, destination: destination.location, totals, ...run, ...changes };
  const report = madeUpReport({ results: [...results], run: described, state });
  if (report.outcome !== outcome) throw new Error(`The made-up report says ${report.outcome}.`);
  const texts: Record<string, string | undefined> = {
    ...Object.fromEntries([...scratchKeys(runId), ...keptKeys(runId)].map((key) => [key, "{}"])),
    [runKeys.run(runId)]: JSON.stringify(madeUpRun(described)),
    [runKeys.report(runId)]: JSON.stringify(report),
    [runKeys.summary(runId)]: renderSummary(report),
    [runKeys.allResults(runId)]: results.map((result) => `${JSON.stringify(result)}\n`).join(""),
    ...files,
  };
  for (const [key, text] of Object.entries(texts)) if (text !== undefined) await destination.write(key, text);
}

export async function keysIn(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
}
