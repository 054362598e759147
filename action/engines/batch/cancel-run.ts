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
import { findSubmitted, type SubmittedJob } from "./submission.ts";

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
  const jobs = await stopJobs(batch, destination, run);
  console.info(`ending ${counted(jobs.length, "job")} of the run ${run.runId}`);
  const lookAtJobs = followJobs(batch, jobs);
  for (let look = 1; look <= looksForTheEnd && !(await lookAtJobs()).areOver; look++) {
    await wait(secondsBetweenLooks);
  }
  await keepJobAttempts(batch, destination, run, jobs);
  return { outcome: "cancelled" };
}

/** Tells AWS Batch to end all jobs of the run, and everyone else to submit no more of them. */
export async function stopJobs(
  batch: BatchClient,
  destination: Store,
  run: BatchRun,
): Promise<SubmittedJob[]> {
  const content = { version: contractVersion, at: new Date().toISOString() };
  await destination.write(runKeys.cancelled(run.runId), `${JSON.stringify(content)}\n`, { ifAbsent: true });
  const jobs = await submittedJobs(batch, destination, run);
  for (const { id } of jobs) await terminateJob(batch, id, `the run ${run.runId} was cancelled`);
  return jobs;
}

async function submittedJobs(batch: BatchClient, destination: Store, run: BatchRun): Promise<SubmittedJob[]> {
  const chunks = (await readLeftOver(destination, run))?.length ?? 0;
  const rounds = [firstRound(run), ...(chunks > 0 ? [leftOverRound(chunks)] : [])];
  const found = await Promise.all(rounds.map((round) => findSubmitted(batch, destination, run, round)));
  return found.flat();
}
