/** What became of a run's documents, summed up one result at a time in constant memory. */

import type { Attempt, DocumentResult, DoneResult, FailedPage, Reason } from "../../worker/contract.ts";
import { shortened } from "./escape.ts";

export const maxSamples = 20;
/** Of one document's failed pages in a sample. */
export const maxSamplePages = 5;
const maxMessageCharacters = 300;

export interface Sample {
  key: string;
  message: string;
}

export interface ReasonTally {
  documents: number;
  /** The first ones, `maxSamples` at most. */
  samples: Sample[];
}

export interface FailedPagesSample {
  key: string;
  pages: number;
  pagesFailed: number;
  /** The first ones, `maxSamplePages` at most. */
  failed: FailedPage[];
}

export interface Tally {
  documents: { done: number; failed: number; skipped: number };
  bytes: number;
  pages: { total: number; recognised: number; earlierOcr: number; failed: number };
  characters: number;
  /** Confidence times pages, over the recognised pages of documents that have a confidence. */
  confidence: { sum: number; pages: number };
  failed: Map<Reason, ReasonTally>;
  skipped: Map<Reason, ReasonTally>;
  /** Documents that are done although some of their pages failed. */
  failedPages: { documents: number; pagesByReason: Map<Reason, number>; samples: FailedPagesSample[] };
  attempts: AttemptsTally;
}

export interface AttemptsTally {
  total: number;
  finished: number;
  interrupted: number;
  /** Another attempt at the chunk followed, and this one never said how it ended. */
  killed: number;
  /** The newest attempt of its chunk has not ended: it runs, or it was killed. */
  open: number;
  cpuSeconds: number;
  /** ISO 8601, UTC; `null` before the first attempt. */
  startedAt: string | null;
  lastSeenAt: string | null;
}

export function emptyTally(): Tally {
  return {
    documents: { done: 0, failed: 0, skipped: 0 },
    bytes: 0,
    pages: { total: 0, recognised: 0, earlierOcr: 0, failed: 0 },
    characters: 0,
    confidence: { sum: 0, pages: 0 },
    failed: new Map(),
    skipped: new Map(),
    failedPages: { documents: 0, pagesByReason: new Map(), samples: [] },
    attempts: {
      total: 0,
      finished: 0,
      interrupted: 0,
      killed: 0,
      open: 0,
      cpuSeconds: 0,
      startedAt: null,
      lastSeenAt: null,
    },
  };
}

/** Changes `tally`: a run has millions of results, and a copy for each would be the whole cost. */
export function addResult(tally: Tally, result: DocumentResult): void {
  tally.documents[result.status] += 1;
  tally.bytes += result.bytes;
  if (result.status === "done") addDone(tally, result);
  else addReason(tally[result.status], result);
}

/** `attempts` are all attempts at one chunk, oldest first. Changes `tally`. */
export function addAttempts(tally: Tally, attempts: readonly Attempt[]): void {
  const { attempts: sum } = tally;
  for (const [index, attempt] of attempts.entries()) {
    sum.total += 1;
    sum[attempt.ended?.why ?? (index < attempts.length - 1 ? "killed" : "open")] += 1;
    sum.cpuSeconds += attempt.cpuSeconds;
    sum.startedAt = earlier(sum.startedAt, attempt.startedAt);
    sum.lastSeenAt = later(sum.lastSeenAt, attempt.ended?.at ?? attempt.updatedAt);
  }
}

/** From the first start of a worker to the last sign of one, pauses between attempts included. */
export function wallSeconds({ startedAt, lastSeenAt }: AttemptsTally): number {
  if (startedAt === null || lastSeenAt === null) return 0;
  // The clocks of two hosts may disagree.
  return Math.max(0, (Date.parse(lastSeenAt) - Date.parse(startedAt)) / 1000);
}

function addDone(tally: Tally, result: DoneResult): void {
  tally.pages.total += result.pages;
  tally.pages.recognised += result.pagesRecognised;
  tally.pages.earlierOcr += result.pagesOfEarlierOcr;
  tally.pages.failed += result.pagesFailed.length;
  tally.characters += result.characters;
  if (result.meanConfidence !== null) {
    tally.confidence.sum += result.meanConfidence * result.pagesRecognised;
    tally.confidence.pages += result.pagesRecognised;
  }
  if (result.pagesFailed.length > 0) addFailedPages(tally.failedPages, result);
}

function addFailedPages(sum: Tally["failedPages"], { key, pages, pagesFailed }: DoneResult): void {
  sum.documents += 1;
  for (const { reason } of pagesFailed) {
    sum.pagesByReason.set(reason, (sum.pagesByReason.get(reason) ?? 0) + 1);
  }
  if (sum.samples.length === maxSamples) return;
  const failed = pagesFailed
    .slice(0, maxSamplePages)
    .map((page) => ({ ...page, message: shortened(page.message, maxMessageCharacters) }));
  sum.samples.push({ key, pages, pagesFailed: pagesFailed.length, failed });
}

function addReason(sums: Map<Reason, ReasonTally>, lost: { key: string; reason: Reason; message: string }) {
  const sum = sums.get(lost.reason) ?? { documents: 0, samples: [] };
  sums.set(lost.reason, sum);
  sum.documents += 1;
  if (sum.samples.length === maxSamples) return;
  sum.samples.push({ key: lost.key, message: shortened(lost.message, maxMessageCharacters) });
}

// Times are compared as instants, so that a missing fraction of a second does not matter.
function earlier(known: string | null, time: string): string {
  return known === null || Date.parse(time) < Date.parse(known) ? time : known;
}

function later(known: string | null, time: string): string {
  return known === null || Date.parse(time) > Date.parse(known) ? time : known;
}
