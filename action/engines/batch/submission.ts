/**
 * Submits the jobs of a run, each once, whoever else is trying and whenever a process dies at it. AWS Batch has no
 * token that makes SubmitJob safe to repeat, so a claim in the run's folder goes before each call, and a job whose
 * answer was lost is found again by its name.
 */
import type { BatchClient } from "@aws-sdk/client-batch";
import { type Run, runKeys } from "../../../worker/contract.ts";
import type { Store } from "../../../worker/store.ts";
import { findJobByName, submitJob, terminateJob, type WantedJob } from "../../aws/jobs.ts";
import type { Wait } from "../../wait.ts";
import { claimJob, type JobRecord, readRecord, recordKey, writeRecord } from "./job-records.ts";
import { type BatchRun, type Piece, piecesOf, type Round, wantedJob } from "./jobs-of-run.ts";

export interface Submitter {
  batch: BatchClient;
  destination: Store;
  wait: Wait;
}

export interface SubmittedJob extends Piece {
  id: string;
  round: Round;
}

export type Submission =
  | { outcome: "submitted"; jobs: SubmittedJob[] }
  /** Someone cancelled the run: nothing was submitted, or what was is being terminated. */
  | { outcome: "cancelled" };

export async function ensureSubmitted(
  submitter: Submitter,
  run: BatchRun,
  round: Round,
): Promise<Submission> {
  const jobs: SubmittedJob[] = [];
  for (const piece of piecesOf(round.chunks)) {
    if (await isCancelled(submitter.destination, run)) return { outcome: "cancelled" };
    const id = await ensureJob(submitter, run, round, piece);
    jobs.push({ ...piece, id, round });
  }
  if (!(await isCancelled(submitter.destination, run))) return { outcome: "submitted", jobs };
  // Whoever cancelled the run may not have seen these.
  for (const { id } of jobs) await terminateJob(submitter.batch, id, "the run was cancelled");
  return { outcome: "cancelled" };
}

/** A call is given up long before anyone takes its claim for that of a dead process. */
const submitSeconds = 20;
const looksAtClaim = 9;
const secondsBetweenLooks = 5;

async function ensureJob(submitter: Submitter, run: BatchRun, round: Round, piece: Piece): Promise<string> {
  const wanted = wantedJob(run, round, piece);
  for (let claim = 1; ; claim++) {
    const key = recordKey(run, round.chunksOf, piece.offset, claim);
    const id = await jobOfClaim(submitter, wanted, key);
    if (id !== undefined) return id;
  }
}

/** `undefined` when the claim came to nothing, and the next one is to be made. */
async function jobOfClaim(submitter: Submitter, wanted: WantedJob, key: string): Promise<string | undefined> {
  const { destination } = submitter;
  const claim = await claimJob(destination, key);
  const id = claim === "ours" ? await submitWithinTime(submitter, wanted, key) : undefined;
  const found = id ?? (await lookForJob(submitter, wanted, key));
  if (found !== undefined) await writeRecord(destination, key, { state: "submitted", jobId: found });
  return found;
}

/** `undefined` when there was no answer in time: the job may exist or not. */
async function submitWithinTime(
  { batch, destination }: Submitter,
  wanted: WantedJob,
  key: string,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(submitSeconds * 1000);
  try {
    return await submitJob(batch, wanted, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    await writeRecord(destination, key, { state: "refused" });
    throw error;
  }
}

/** Waits for a job of which only the claim is known: its id may still be told, or AWS Batch may list it. */
async function lookForJob(
  { batch, destination, wait }: Submitter,
  { queue, name }: WantedJob,
  key: string,
): Promise<string | undefined> {
  for (let look = 1; look <= looksAtClaim; look++) {
    const record = await readRecord(destination, key);
    if (record?.state === "submitted") return record.jobId;
    if (record?.state === "refused") return undefined;
    const listed = await findJobByName(batch, queue, name);
    if (listed !== undefined) return listed;
    await wait(secondsBetweenLooks);
  }
  return undefined;
}

export async function isCancelled(destination: Store, run: Run): Promise<boolean> {
  const file = await destination.read(runKeys.cancelled(run.runId), { start: 0, end: 1 });
  return file.outcome === "read";
}

/** The jobs of a round that were submitted or may have been; none is submitted here. */
export async function findSubmitted(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  round: Round,
): Promise<SubmittedJob[]> {
  const jobs: SubmittedJob[] = [];
  for (const piece of piecesOf(round.chunks)) {
    const id = await findJob(batch, destination, run, round, piece);
    if (id !== undefined) jobs.push({ ...piece, id, round });
  }
  return jobs;
}

async function findJob(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  round: Round,
  piece: Piece,
): Promise<string | undefined> {
  let isClaimed = false;
  for (let claim = 1; ; claim++) {
    const record: JobRecord | undefined = await readRecord(
      destination,
      recordKey(run, round.chunksOf, piece.offset, claim),
    );
    if (record === undefined) break;
    if (record.state === "submitted") return record.jobId;
    isClaimed = true;
  }
  if (!isClaimed) return undefined;
  const { queue, name } = wantedJob(run, round, piece);
  return findJobByName(batch, queue, name);
}
