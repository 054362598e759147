import { type Run, runKeys } from "../../worker/contract.ts";
import { ContractError } from "../../worker/run-files.ts";
import type { Store } from "../../worker/store.ts";
import type { Console } from "../console.ts";
import { readJobAttempts } from "../engines/batch/job-attempts.ts";
import { type BatchRun, isOnBatch } from "../engines/batch/jobs-of-run.ts";
import { addChunk, type WorkerAttempts } from "../report/billed-attempts.ts";
import { collectResults } from "../report/collect.ts";
import type { Cost } from "../report/cost.ts";
import { outcomeOf } from "../report/outcome.ts";
import { pricesNow } from "../report/prices-now.ts";
import { buildReport, type Report } from "../report/report.ts";
import { costOfRun } from "../report/run-cost.ts";
import { isRunnerPaid } from "../report/runner-time.ts";
import { renderSummary } from "../report/summary.ts";
import { addAttempts, addResult, emptyTally, type Tally } from "../report/tally.ts";
import { isCleaned, readReport } from "../run-folder.ts";

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
  console: Console,
): Promise<Conclusion> {
  const tally = emptyTally();
  const known: WorkerAttempts = new Map();
  await destination.write(runKeys.allResults(run.runId), resultLines(destination, run, tally, known));
  const outcome = outcomeOf({ run, tally, ended: how === "ended", cancelled: how === "cancelled" });
  const cost = isOnBatch(run) ? await costNow(destination, run, { tally, known }, console) : null;
  const report = buildReport({ run, tally, outcome, cost, now: new Date() });
  const summary = renderSummary(report);
  await destination.write(runKeys.report(run.runId), `${JSON.stringify(report, null, 2)}\n`);
  await destination.write(runKeys.summary(run.runId), summary);
  return { report, summary };
}

/**
 * The last report of a run that was cleaned up. The results that a report is made of are gone, and the records of its
 * jobs too: it must not be summed up anew, and followed it would be started anew. `undefined` for any other run.
 */
export async function lastConclusion(
  destination: Store,
  { runId }: Run,
  console: Console,
): Promise<Conclusion | undefined> {
  if (!(await isCleaned(destination, runId))) return undefined;
  const report = await readReport(destination, runId);
  const summary = await destination.read(runKeys.summary(runId));
  if (report === undefined || summary.outcome !== "read") {
    throw new ContractError(`The run ${runId} was cleaned up, and its report is gone. Start a new run.`);
  }
  console.info(
    `run ${runId} was cleaned up: this is its report of ${report.reportedAt.slice(0, 10)}. ` +
      "To do what is missing or new, start another: with another run-id, or without one.",
  );
  return { report, summary: Buffer.from(summary.bytes).toString("utf8") };
}

async function costNow(
  destination: Store,
  run: BatchRun,
  results: { tally: Tally; known: WorkerAttempts },
  console: Console,
): Promise<Cost> {
  const prices = await pricesNow(run.engine.region, console);
  const told = await readJobAttempts(destination, run);
  return costOfRun(
    { run, ...results, told, runnerSeconds: isRunnerPaid(process.env) ? process.uptime() : 0 },
    prices,
  );
}

async function* resultLines(
  destination: Store,
  run: Run,
  tally: Tally,
  known: WorkerAttempts,
): AsyncGenerator<string> {
  for await (const { attempts, results } of collectResults(destination, run)) {
    addAttempts(tally, attempts);
    addChunk(known, { attempts, results });
    for (const result of results) addResult(tally, result);
    yield results.map((result) => `${JSON.stringify(result)}\n`).join("");
  }
}
