import type { BatchClient } from "@aws-sdk/client-batch";
import { contractVersion, runKeys } from "../../../worker/contract.ts";
import type { Store } from "../../../worker/store.ts";
import { terminateJob } from "../../aws/jobs.ts";
import type { Console } from "../../console.ts";
import { counted } from "../../report/numbers.ts";
import { type Wait, waitFor } from "../../wait.ts";
import type { EngineEnd } from "../engine.ts";
import { followJobs } from "./follow-jobs.ts";
import { keepJobAttempts } from "./job-attempts.ts";
import { type BatchRun, firstRound, leftOverRound } from "./jobs-of-run.ts";
import { readLeftOver } from "./left-over.ts";
import {
  type FoundJobs,
  findSubmitted,
  looksAtClaim,
  type SubmittedJob,
  secondsBetweenClaimLooks,
} from "./submission.ts";

/** Workers write their results within seconds of being told to leave; Fargate kills those that do not. */
const looksForTheEnd = 60;
const secondsBetweenLooks = 2;

/** Ends all jobs of the run and stays until they have ended, for some minutes at most. */
export async function cancelBatchRun(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  console: Console,
  wait: Wait = waitFor,
): Promise<EngineEnd & { outcome: "cancelled" }> {
  const jobs = await stopAllJobs(batch, destination, run, wait);
  console.info(`ending ${counted(jobs.length, "job")} of the run ${run.runId}`);
  const lookAtJobs = followJobs(batch, jobs);
  for (let look = 1; look <= looksForTheEnd && !(await lookAtJobs()).areOver; look++) {
    await wait(secondsBetweenLooks);
  }
  await keepJobAttempts(batch, destination, run, jobs);
  return { outcome: "cancelled" };
}

/** A process that dies while it submits can leave a job that no one knows yet. */
async function stopAllJobs(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
  wait: Wait,
): Promise<SubmittedJob[]> {
  for (let look = 1; ; look++) {
    const { jobs, openClaims } = await stopJobs(batch, destination, run);
    if (openClaims === 0 || look === looksAtClaim) return jobs;
    await wait(secondsBetweenClaimLooks);
  }
}

/** Tells AWS Batch to end all jobs of the run, and everyone else to submit no more of them. */
export async function stopJobs(batch: BatchClient, destination: Store, run: BatchRun): Promise<FoundJobs> {
  const content = { version: contractVersion, at: new Date().toISOString() };
  await destination.write(runKeys.cancelled(run.runId), `${JSON.stringify(content)}\n`, { ifAbsent: true });
  const found = await submittedJobs(batch, destination, run);
  for (const { id } of found.jobs) await terminateJob(batch, id, `the run ${run.runId} was cancelled`);
  return found;
}

async function submittedJobs(batch: BatchClient, destination: Store, run: BatchRun): Promise<FoundJobs> {
  const chunks = (await readLeftOver(destination, run))?.length ?? 0;
  const rounds = [firstRound(run), ...(chunks > 0 ? [leftOverRound(chunks)] : [])];
  const found = await Promise.all(rounds.map((round) => findSubmitted(batch, destination, run, round)));
  return {
    jobs: found.flatMap(({ jobs }) => jobs),
    openClaims: found.reduce((sum, { openClaims }) => sum + openClaims, 0),
  };
}
