/** A run's numbers: what `report.json` holds, and what the summary is rendered from. */

import {
  contractVersion,
  type Forecast,
  type Reason,
  type Run,
  reasons,
  runKeys,
  type Settings,
} from "../../worker/contract.ts";
import type { Cost } from "./cost.ts";
import { missingDocuments, type Outcome } from "./outcome.ts";
import {
  type AttemptsTally,
  type FailedPagesSample,
  type ReasonTally,
  type Sample,
  type Tally,
  wallSeconds,
} from "./tally.ts";

export interface Report {
  version: typeof contractVersion;
  /** Textmill's own version. */
  program: string;
  runId: string;
  outcome: Outcome;
  /** When the run was planned, ISO 8601, UTC, as are the others. */
  createdAt: string;
  reportedAt: string;
  source: string;
  destination: string;
  settings: Settings;
  engine: Run["engine"];
  maxFailurePercent: number;
  documents: {
    /** Those of the run; `alreadyDone` come on top of them. */
    total: number;
    done: number;
    failed: number;
    skipped: number;
    /** Of which nothing is known: not yet while the run goes on, lost when it has ended. */
    missing: number;
    alreadyDone: number;
  };
  /** Of the documents that have a result. */
  bytes: number;
  /** Of the documents that are done. What is neither recognised nor failed held text already. */
  pages: { total: number; recognised: number; earlierOcr: number; failed: number };
  characters: number;
  /** 0 to 100 over the recognised pages, `null` when there was none. */
  meanConfidence: number | null;
  /** From the first start of a worker to the last sign of one, pauses between attempts included. */
  seconds: number;
  pagesPerSecond: number | null;
  /** Of all attempts, those that were lost included. */
  cpuSeconds: number;
  cpuSecondsPerPage: number | null;
  forecast: Forecast;
  /** `null` where no one is paid: on one's own machine. */
  cost: Cost | null;
  /** The most frequent reason first. */
  failures: ReasonReport[];
  /** What was not a document at all. */
  skipped: ReasonReport[];
  /** Pages without text in documents that are done. */
  failedPages: {
    documents: number;
    byReason: { reason: Reason; meaning: string; pages: number }[];
    samples: FailedPagesSample[];
  };
  attempts: Pick<AttemptsTally, "total" | "finished" | "interrupted" | "killed" | "open">;
  /** Where the run's files are: paths, or s3:// addresses. */
  files: { report: string; summary: string; results: string };
}

export interface ReasonReport {
  reason: Reason;
  meaning: string;
  documents: number;
  samples: Sample[];
}

export interface ReportFacts {
  run: Run;
  tally: Tally;
  outcome: Outcome;
  /** Of a run on AWS Batch. */
  cost?: Cost | null;
  now: Date;
}

export function buildReport({ run, tally, outcome, cost = null, now }: ReportFacts): Report {
  const { runId, source, destination, settings, engine, maxFailurePercent, totals, forecast } = run;
  const { pages, confidence, failedPages, attempts } = tally;
  const seconds = wallSeconds(attempts);
  return {
    version: contractVersion,
    program: run.program,
    runId,
    outcome,
    createdAt: run.createdAt,
    reportedAt: now.toISOString(),
    source,
    destination,
    settings,
    engine,
    maxFailurePercent,
    documents: {
      total: totals.documents,
      ...tally.documents,
      missing: missingDocuments(run, tally),
      alreadyDone: totals.alreadyDone,
    },
    bytes: tally.bytes,
    pages,
    characters: tally.characters,
    meanConfidence: rounded(ratio(confidence.sum, confidence.pages), 1),
    seconds,
    pagesPerSecond: rounded(ratio(pages.total, seconds), 3),
    cpuSeconds: Math.round(attempts.cpuSeconds * 1000) / 1000,
    cpuSecondsPerPage: rounded(ratio(attempts.cpuSeconds, pages.total), 3),
    forecast,
    cost,
    failures: reasonReports(tally.failed),
    skipped: reasonReports(tally.skipped),
    failedPages: {
      documents: failedPages.documents,
      byReason: mostFirst(failedPages.pagesByReason, (count) => count).map(([reason, count]) => ({
        reason,
        meaning: reasons[reason],
        pages: count,
      })),
      samples: failedPages.samples,
    },
    attempts: attemptCounts(attempts),
    files: {
      report: fileIn(destination, runKeys.report(runId)),
      summary: fileIn(destination, runKeys.summary(runId)),
      results: fileIn(destination, runKeys.allResults(runId)),
    },
  };
}

function attemptCounts({ total, finished, interrupted, killed, open }: AttemptsTally): Report["attempts"] {
  return { total, finished, interrupted, killed, open };
}

function reasonReports(tallies: ReadonlyMap<Reason, ReasonTally>): ReasonReport[] {
  return mostFirst(tallies, ({ documents }) => documents).map(([reason, { documents, samples }]) => ({
    reason,
    meaning: reasons[reason],
    documents,
    samples,
  }));
}

/** In one order for equal counts too, so that the same results make the same report. */
function mostFirst<Value>(map: ReadonlyMap<Reason, Value>, count: (value: Value) => number) {
  return [...map].sort(([a, first], [b, second]) => count(second) - count(first) || (a < b ? -1 : 1));
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : null);

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

const fileIn = (destination: string, key: string) => `${destination.replace(/\/?$/, "/")}${key}`;
