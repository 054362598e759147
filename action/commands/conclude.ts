import { type Run, runKeys } from "../../worker/contract.ts";
import type { Store } from "../../worker/store.ts";
import { collectResults } from "../report/collect.ts";
import { outcomeOf } from "../report/outcome.ts";
import { buildReport, type Report } from "../report/report.ts";
import { renderSummary } from "../report/summary.ts";
import { addAttempts, addResult, emptyTally, type Tally } from "../report/tally.ts";

export interface Conclusion {
  report: Report;
  /** The report for a person, in Markdown. */
  summary: string;
}

/** Sums up what the workers wrote and leaves the report in the run's folder. May be done as often as wanted. */
export async function conclude(
  destination: Store,
  run: Run,
  { outcome: how }: { outcome: "ended" | "cancelled" | "running" },
): Promise<Conclusion> {
  const tally = emptyTally();
  await destination.write(runKeys.allResults(run.runId), resultLines(destination, run, tally));
  const outcome = outcomeOf({ run, tally, ended: how === "ended", cancelled: how === "cancelled" });
  const report = buildReport({ run, tally, outcome, now: new Date() });
  const summary = renderSummary(report);
  await destination.write(runKeys.report(run.runId), `${JSON.stringify(report, null, 2)}\n`);
  await destination.write(runKeys.summary(run.runId), summary);
  return { report, summary };
}

async function* resultLines(destination: Store, run: Run, tally: Tally): AsyncGenerator<string> {
  for await (const { attempts, results } of collectResults(destination, run)) {
    addAttempts(tally, attempts);
    for (const result of results) addResult(tally, result);
    yield results.map((result) => `${JSON.stringify(result)}\n`).join("");
  }
}
