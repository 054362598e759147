/** Requests and logs that are paid for, estimated from how Textmill works: neither S3 nor CloudWatch tells. */

import { resultsIntervalSeconds } from "../../worker/contract.ts";

export interface S3Requests {
  /** PUT. */
  writes: number;
  /** GET. */
  reads: number;
  /** LIST, 1,000 keys each. */
  lists: number;
}

export interface RequestFacts {
  /** Keys of the source and of the destination when the run was planned. */
  listedKeys: number;
  documents: number;
  outputsPerDocument: number;
  chunks: number;
  attempts: number;
  /** Of all attempts together, in their containers. */
  attemptSeconds: number;
  /** OCR processes of each worker. */
  processes: number;
  /** How long someone looked on while the run went on. */
  watchedSeconds: number;
}

const keysPerList = 1000;

/** Of a long run (engines/batch/follow-run.ts). */
const secondsBetweenLooks = 10;

/**
 * Counted along the code; requests that failed and were sent again are left out.
 * - The plan (planning/, commands/begin.ts) lists source and destination, reads the last settings and the run,
 *   writes the settings, the run and each chunk.
 * - An attempt (worker/main.ts, chunk.ts, results-file.ts) reads the run, its chunk and the results so far, and
 *   writes the results at its start, at each interval and at its end.
 * - A document (worker/document.ts) is one GET whatever its size, and one PUT for each output. What an attempt
 *   had fetched when it was cut short, two documents for each process at most, is fetched again.
 * - A look (engines/results.ts) lists the results and reads those that changed: each write is read once at most.
 * - The report (commands/conclude.ts) lists and reads all results once, and writes three files.
 */
export function estimatedRequests(facts: RequestFacts): S3Requests {
  const { documents, chunks, attempts, attemptSeconds } = facts;
  const looks = Math.ceil(facts.watchedSeconds / secondsBetweenLooks);
  const intervalWrites = Math.floor(attemptSeconds / resultsIntervalSeconds("s3://"));
  const resultsWrites = 2 * attempts + intervalWrites;
  const repeated = Math.max(0, attempts - chunks) * 2 * facts.processes;
  const resultsLists = Math.max(1, Math.ceil(chunks / keysPerList));
  return {
    writes: 2 + chunks + resultsWrites + documents * facts.outputsPerDocument + 3,
    reads: 2 + 3 * attempts + documents + repeated + (looks > 0 ? resultsWrites : 0) + chunks,
    lists: 2 + Math.floor(facts.listedKeys / keysPerList) + resultsLists * (looks + 1),
  };
}

/** A worker logs two lines of about 100 bytes (worker/main.ts); CloudWatch counts 26 more for each. */
const logBytesPerAttempt = 2 * (100 + 26);

export const estimatedLogBytes = (attempts: number) => attempts * logBytesPerAttempt;
