/** Runs and results that nobody worked on. */

import { addAttempt, type BilledAttempt, emptyAttemptSums } from "../../../action/report/attempt-sums.ts";
import { type Cost, costOf } from "../../../action/report/cost.ts";
import { type OutcomeFacts, outcomeOf } from "../../../action/report/outcome.ts";
import { type Prices, pricesOf } from "../../../action/report/prices.ts";
import { buildReport, type Report } from "../../../action/report/report.ts";
import { addAttempts, addResult, emptyTally, type Tally } from "../../../action/report/tally.ts";
import {
  type Attempt,
  contractVersion,
  type DocumentResult,
  type DoneResult,
  type FailedResult,
  type Run,
  type SkippedResult,
} from "../../../worker/contract.ts";

export function madeUpRun(changes: Partial<Run> = {}): Run {
  return {
    version: contractVersion,
    runId: "4711-ab12cd34",
    planId: "plan",
    createdAt: "2026-11-24T10:00:00.000Z",
    program: "1.0.0",
    source: "s3://scans/",
    destination: "s3://texts/",
    settings: {
      languages: ["eng"],
      outputs: ["txt"],
      pdfPages: "auto",
      limits: { documentBytes: 1, documentPages: 1, pagePixels: 1, pageSeconds: 1 },
    },
    maxFailurePercent: 5,
    engine: { kind: "local", processes: 4 },
    chunks: 1,
    totals: { documents: 100, bytes: 100_000, alreadyDone: 0 },
    forecast: { basis: "defaults", cpuSeconds: 240 },
    ...changes,
  };
}

const base = { type: "document", key: "a.pdf", bytes: 1000, seconds: 2, attempt: 1 } as const;

export function doneResult(changes: Partial<DoneResult> = {}): DoneResult {
  return {
    ...base,
    status: "done",
    format: "pdf",
    pages: 3,
    pagesFailed: [],
    pagesRecognised: 2,
    pagesOfEarlierOcr: 0,
    characters: 500,
    meanConfidence: 90,
    ...changes,
  };
}

const loss = { reason: "corrupt", message: "The file ends too early." } as const;

export const failedResult = (changes: Partial<FailedResult> = {}): FailedResult => ({
  ...base,
  ...loss,
  status: "failed",
  ...changes,
});

export const skippedResult = (changes: Partial<SkippedResult> = {}): SkippedResult => ({
  ...base,
  ...loss,
  status: "skipped",
  reason: "unsupported-format",
  ...changes,
});

export function madeUpAttempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    type: "attempt",
    version: contractVersion,
    attempt: 1,
    job: null,
    host: "host",
    startedAt: "2026-11-24T10:00:00.000Z",
    updatedAt: "2026-11-24T10:01:00.000Z",
    ended: { at: "2026-11-24T10:01:40.000Z", why: "finished" },
    cpuSeconds: 200,
    pages: 3,
    documents: { done: 1, failed: 0, skipped: 0 },
    inFlight: [],
    ...changes,
  };
}

export function tallyOf(results: Iterable<DocumentResult>, chunks: Attempt[][] = [[madeUpAttempt()]]): Tally {
  const tally = emptyTally();
  for (const result of results) addResult(tally, result);
  for (const attempts of chunks) addAttempts(tally, attempts);
  return tally;
}

export const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Of children of 4 vCPUs and 8 GiB. */
export function madeUpCost(
  attempts: BilledAttempt[],
  { pages = 20_000, prices = pricesOf("us-east-1") }: { pages?: number; prices?: Prices } = {},
): Cost {
  const sums = emptyAttemptSums();
  for (const attempt of attempts) addAttempt(sums, attempt);
  const requests = { writes: 30_000, reads: 12_000, lists: 30 };
  const size = { vcpus: 4, memoryMib: 8192, publicIp: true };
  return costOf({ ...size, attempts: sums, requests, logBytes: 5000, runnerSeconds: 1200, pages }, prices);
}

export interface MadeUpReport {
  results: DocumentResult[];
  chunks?: Attempt[][];
  run?: Partial<Run>;
  state?: Partial<Pick<OutcomeFacts, "ended" | "cancelled">>;
  cost?: Cost;
}

/** Of a run that has as many documents as results, unless `run` says otherwise, and has ended. */
export function madeUpReport({ results, chunks, run: changes, state, cost }: MadeUpReport): Report {
  const totals = { documents: results.length, bytes: 1, alreadyDone: 0 };
  const run = madeUpRun({ totals, ...changes });
  const tally = tallyOf(results, chunks);
  const outcome = outcomeOf({ run, tally, ended: true, cancelled: false, ...state });
  const now = new Date("2026-11-24T11:00:00.000Z");
  return buildReport({ run, tally, outcome, cost: cost ?? null, now });
}

/** Signs that mean something to Markdown, HTML, GitHub or its runner. */
export const hostileText =
  "</code></details><script>alert(1)</script>|a|\n\n# h\r\n* l `c` **b** _i_ ~s~ [x](javascript:y) ![i](j) \\ &lt; " +
  "@octocat #12 GH-12 https://evil.example www.evil.example me@evil.example ::error::x ##[error]y \u202egpj.exe \u0000";
