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
    if (await isCancelled(submitter.destination, run)) break;
    const id = await ensureJob(submitter, run, round, piece);
    jobs.push({ ...piece, id, round });
  }
  if (!(await isCancelled(submitter.destination, run))) return { outcome: "submitted", jobs };
  // Whoever cancelled the run may not have seen these.
  for (const { id } of jobs) await terminateJob(submitter.batch, id, "the run was cancelled");
  return { outcome: "cancelled" };
}

/** A claim is given up long before anyone takes it for that of a dead process. */
const claimSeconds = 20;
export const looksAtClaim = 10;
export const secondsBetweenClaimLooks = 5;

/** When nothing comes of so many claims of our own, that will not change. */
const ownClaims = 3;

async function ensureJob(submitter: Submitter, run: BatchRun, round: Round, piece: Piece): Promise<string> {
  const wanted = wantedJob(run, round, piece);
  let failures = 0;
  for (let claim = 1; ; claim++) {
    const key = recordKey(run, round.chunksOf, piece.offset, claim);
    const end = await jobOfClaim(submitter, wanted, key);
    if (end.outcome === "submitted") return end.id;
    if (end.outcome === "refused" && (end.isFinal || ++failures === ownClaims)) throw end.error;
  }
}

type ClaimEnd =
  | { outcome: "submitted"; id: string }
  /** Nothing came of our own claim. What was refused for good would be refused again. */
  | { outcome: "refused"; error: unknown; isFinal: boolean }
  /** Nothing came of another's. */
  | { outcome: "abandoned" };

async function jobOfClaim(submitter: Submitter, wanted: WantedJob, key: string): Promise<ClaimEnd> {
  const { destination } = submitter;
  // From before the claim is made: to everyone else it is at least as old as they think.
  const deadline = openDeadline(claimSeconds);
  const isOurs = (await claimJob(destination, key)) === "ours";
  const end: ClaimEnd = isOurs
    ? await submitInTime(submitter, wanted, key, deadline)
    : await lookForJob(submitter, wanted, key);
  if (end.outcome === "submitted") await writeRecord(destination, key, { state: "submitted", jobId: end.id });
  if (end.outcome === "refused") await writeRecord(destination, key, { state: "refused" });
  return end;
}

interface Deadline {
  signal: AbortSignal;
  isPast(): boolean;
}

/** By two clocks: one stands still while the machine sleeps, the other may be set. */
function openDeadline(seconds: number): Deadline {
  const signal = AbortSignal.timeout(seconds * 1000);
  const openedAt = Date.now();
  return { signal, isPast: () => signal.aborted || Date.now() - openedAt >= seconds * 1000 };
}

async function submitInTime(
  submitter: Submitter,
  wanted: WantedJob,
  key: string,
  deadline: Deadline,
): Promise<ClaimEnd> {
  if (deadline.isPast()) {
    const error = new Error(`${key} took more than ${claimSeconds} seconds to write.`);
    return { outcome: "refused", error, isFinal: false };
  }
  const end = await submitJob(submitter.batch, wanted, deadline.signal);
  if (end.outcome === "submitted") return end;
  // What was throttled until the deadline may pass the next time.
  if (end.outcome === "refused") return { ...end, isFinal: !deadline.isPast() };
  const found = await lookForJob(submitter, wanted, key);
  return found.outcome === "submitted" ? found : { ...end, outcome: "refused", isFinal: false };
}

/** Waits for a job of which only the claim is known: its id may still be told, or AWS Batch may list it. */
async function lookForJob(
  { batch, destination, wait }: Submitter,
  { queue, name }: WantedJob,
  key: string,
): Promise<ClaimEnd & { outcome: "submitted" | "abandoned" }> {
  for (let look = 1; look <= looksAtClaim; look++) {
    if (look > 1) await wait(secondsBetweenClaimLooks);
    const record = await readRecord(destination, key);
    if (record?.state === "submitted") return { outcome: "submitted", id: record.jobId };
    if (record?.state === "refused") return { outcome: "abandoned" };
    const id = await findJobByName(batch, queue, name);
    if (id !== undefined) return { outcome: "submitted", id };
  }
  return { outcome: "abandoned" };
}

export async function isCancelled(destination: Store, run: Run): Promise<boolean> {
  const file = await destination.read(runKeys.cancelled(run.runId), { start: 0, end: 1 });
  return file.outcome === "read";
}

export interface FoundJobs {
  jobs: SubmittedJob[];
  /** Claims of which no job is known: their jobs may still be submitted, or be listed late. */
  openClaims: number;
}

/** The jobs of a round that were submitted or may have been; none is submitted here. */
export async function findSubmitted(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  round: Round,
): Promise<FoundJobs> {
  const found: FoundJobs = { jobs: [], openClaims: 0 };
  for (const piece of piecesOf(round.chunks)) {
    const id = await findJob(batch, destination, run, round, piece);
    if (id === "only claimed") found.openClaims += 1;
    else if (id !== undefined) found.jobs.push({ ...piece, id: id.id, round });
  }
  return found;
}

async function findJob(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  round: Round,
  piece: Piece,
): Promise<{ id: string } | "only claimed" | undefined> {
  let isClaimed = false;
  for (let claim = 1; ; claim++) {
    const key = recordKey(run, round.chunksOf, piece.offset, claim);
    const record: JobRecord | undefined = await readRecord(destination, key);
    if (record === undefined) break;
    if (record.state === "submitted") return { id: record.jobId };
    if (record.state === "claimed") isClaimed = true;
  }
  if (!isClaimed) return undefined;
  const { queue, name } = wantedJob(run, round, piece);
  const id = await findJobByName(batch, queue, name);
  return id === undefined ? "only claimed" : { id };
}
