/** Jobs of AWS Batch: an array job (the parent) has a child for each chunk; a single chunk is a plain job. */
import {
  type BatchClient,
  type BatchServiceException,
  DescribeJobsCommand,
  type JobDetail,
  type JobStatus,
  type JobSummary,
  ListJobsCommand,
  paginateListJobs,
  SubmitJobCommand,
  TerminateJobCommand,
} from "@aws-sdk/client-batch";

/** https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html */
export const maxArraySize = 10_000;
const maxJobsPerDescription = 100;
const maxJobsPerListing = 1_000;

export interface WantedJob {
  name: string;
  queue: string;
  jobDefinition: string;
  /** 1 for a plain job: an array has 2 children or more. */
  size: number;
  environment: Record<string, string>;
  tags: Record<string, string>;
}

export type SubmitEnd =
  | { outcome: "submitted"; id: string }
  /** No job came of it: AWS Batch refused it, or the call was never sent. */
  | { outcome: "refused"; error: unknown }
  /** AWS Batch did not answer, or with a fault of its own: the job may exist or not. */
  | { outcome: "unanswered"; error: unknown };

/**
 * Asks for the job, and asks again only after a refusal that passes, such as throttling: AWS Batch has no token that
 * makes SubmitJob safe to repeat, so after a lost answer the SDK's own retry would make a second job. `signal` gives
 * the call up.
 */
export async function submitJob(batch: BatchClient, job: WantedJob, signal: AbortSignal): Promise<SubmitEnd> {
  const command = new SubmitJobCommand({
    jobName: job.name,
    jobQueue: job.queue,
    jobDefinition: job.jobDefinition,
    ...(job.size > 1 ? { arrayProperties: { size: job.size } } : {}),
    containerOverrides: {
      environment: Object.entries(job.environment).map(([name, value]) => ({ name, value })),
    },
    tags: job.tags,
    propagateTags: true,
  });
  const unanswered = new AbortController();
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!isRefusal(error)) unanswered.abort(error);
        throw error;
      }
    },
    // Each attempt comes through here: after the retries and the signature, before the answer is read.
    { step: "deserialize", priority: "high", name: "stopWhenUnanswered" },
  );
  try {
    const abortSignal = AbortSignal.any([signal, unanswered.signal]);
    const { jobId } = await batch.send(command, { abortSignal });
    if (jobId !== undefined) return { outcome: "submitted", id: jobId };
    const error = new Error(`AWS Batch answered without the id of the job ${job.name}.`);
    return { outcome: "unanswered", error };
  } catch (error) {
    const { aborted, reason } = unanswered.signal;
    return aborted ? { outcome: "unanswered", error: reason } : { outcome: "refused", error };
  }
}

/** Whether AWS Batch answered that it does not do it, and that this is not its own fault. */
function isRefusal(error: unknown): boolean {
  const { httpStatusCode: status = 0 } = (error as Partial<BatchServiceException>).$metadata ?? {};
  return status >= 400 && status < 500;
}

/** The newest job of that name, ended or not. AWS Batch remembers a job for a week after its end. */
export async function findJobByName(
  batch: BatchClient,
  queue: string,
  name: string,
): Promise<string | undefined> {
  // With a filter all states are listed, the newest first, and children never.
  const filters = [{ name: "JOB_NAME", values: [name] }];
  for await (const { jobSummaryList = [] } of paginateListJobs(
    { client: batch },
    { jobQueue: queue, filters },
  )) {
    // The filter knows no upper case.
    const found = jobSummaryList.find(({ jobName }) => jobName === name);
    if (found !== undefined) return found.jobId;
  }
  return undefined;
}

export interface JobState {
  id: string;
  status: JobStatus;
  /** Children by their state; of a plain job, itself. */
  children: Partial<Record<JobStatus, number>>;
  statusReason: string | undefined;
}

/**
 * The states of these jobs, parents only: one call for a hundred of them. Right after its submission a job
 * may be missing from the answer.
 */
export async function describeJobs(batch: BatchClient, ids: readonly string[]): Promise<JobState[]> {
  return (await detailsOf(batch, ids)).flatMap((job) => {
    if (job.jobId === undefined || job.status === undefined) return [];
    const { statusSummary, size } = job.arrayProperties ?? {};
    return {
      id: job.jobId,
      status: job.status,
      children: size === undefined ? { [job.status]: 1 } : (statusSummary ?? {}),
      statusReason: job.statusReason,
    };
  });
}

export const isOver = ({ status }: { status: JobStatus }) => status === "SUCCEEDED" || status === "FAILED";

/** In the order that a job goes through them, so that none slips past; a retry goes back to RUNNABLE. */
const activeStatuses = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "RUNNABLE"] as const;

/** The jobs of a queue that are not over, some of them more than once. An array job stands for its children. */
export async function* activeJobs(batch: BatchClient, jobQueue: string): AsyncGenerator<JobSummary> {
  for (const jobStatus of activeStatuses) {
    for await (const page of paginateListJobs({ client: batch }, { jobQueue, jobStatus })) {
      yield* page.jobSummaryList ?? [];
    }
  }
}

/** Ends a job and all of its children, running ones too; nothing happens to one that is over. */
export async function terminateJob(batch: BatchClient, id: string, reason: string): Promise<void> {
  await batch.send(new TerminateJobCommand({ jobId: id, reason }));
}

/** One attempt at a child that has ended, as AWS Batch tells it. */
export interface JobAttempt {
  jobId: string;
  /** From 1. */
  attempt: number;
  /** In its job: 0 for a plain one. */
  index: number;
  /** ISO 8601, UTC. `null` when the container never started. */
  startedAt: string | null;
  stoppedAt: string;
  /** `null` when there was no container to end. */
  exitCode: number | null;
  reason: string;
  /** In the job definition's log group; `null` when the container never started. */
  logStream: string | null;
}

/** Every ended attempt of every child of a job, one call for a hundred children. */
export async function* attemptsOf(
  batch: BatchClient,
  job: { id: string; size: number },
): AsyncGenerator<JobAttempt> {
  const ids =
    job.size === 1 ? [job.id] : Array.from({ length: job.size }, (_, index) => `${job.id}:${index}`);
  for (let start = 0; start < ids.length; start += maxJobsPerDescription) {
    const children = await detailsOf(batch, ids.slice(start, start + maxJobsPerDescription));
    for (const child of children) yield* attemptsOfChild(child);
  }
}

async function detailsOf(batch: BatchClient, ids: readonly string[]): Promise<JobDetail[]> {
  const details: JobDetail[] = [];
  for (let start = 0; start < ids.length; start += maxJobsPerDescription) {
    const jobs = ids.slice(start, start + maxJobsPerDescription);
    details.push(...((await batch.send(new DescribeJobsCommand({ jobs }))).jobs ?? []));
  }
  return details;
}

function attemptsOfChild({ jobId = "", arrayProperties, attempts = [] }: JobDetail): JobAttempt[] {
  return attempts.flatMap(({ container = {}, startedAt, stoppedAt, statusReason }, index) => {
    if (stoppedAt === undefined) return [];
    return {
      jobId,
      attempt: index + 1,
      index: arrayProperties?.index ?? 0,
      startedAt: startedAt === undefined ? null : new Date(startedAt).toISOString(),
      stoppedAt: new Date(stoppedAt).toISOString(),
      exitCode: container.exitCode ?? null,
      reason: reasonOf(container.reason, statusReason),
      logStream: container.logStreamName ?? null,
    };
  });
}

/** A child that did not succeed, also one that never started. */
export interface FailedChild {
  id: string;
  /** In its job: 0 for a plain one. */
  index: number;
  /** Of the last attempt; `null` when there was none, or no container of it. */
  exitCode: number | null;
  reason: string;
}

/** The children of a job that is over which did not succeed. */
export async function* failedChildrenOf(
  batch: BatchClient,
  job: { id: string; size: number },
): AsyncGenerator<FailedChild> {
  if (job.size === 1) {
    const [detail] = await detailsOf(batch, [job.id]);
    if (detail?.status === "FAILED") yield failedChild(detail);
    return;
  }
  const listing = paginateListJobs(
    { client: batch, pageSize: maxJobsPerListing },
    { arrayJobId: job.id, jobStatus: "FAILED" },
  );
  for await (const { jobSummaryList = [] } of listing) yield* jobSummaryList.map(failedChild);
}

function failedChild({
  jobId = "",
  arrayProperties,
  container,
  statusReason,
}: JobDetail | JobSummary): FailedChild {
  return {
    id: jobId,
    index: arrayProperties?.index ?? 0,
    exitCode: container?.exitCode ?? null,
    reason: reasonOf(container?.reason, statusReason),
  };
}

/** Why AWS Batch does not start the children of a job that could start; empty when it does not say. */
export async function waitingReason(batch: BatchClient, job: { id: string; size: number }): Promise<string> {
  if (job.size === 1) return (await detailsOf(batch, [job.id]))[0]?.statusReason ?? "";
  const command = new ListJobsCommand({ arrayJobId: job.id, jobStatus: "RUNNABLE", maxResults: 1 });
  return (await batch.send(command)).jobSummaryList?.[0]?.statusReason ?? "";
}

/** The container's reason is the closer one: "OutOfMemoryError: Container killed due to memory usage". */
const reasonOf = (container: string | undefined, job: string | undefined) =>
  [container, job].filter((text) => text).join("; ");
