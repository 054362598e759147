import {
  type BatchClient,
  DeleteJobQueueCommand,
  type JobQueueDetail,
  paginateDescribeJobQueues,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { findJobQueue } from "../../action/aws/job-queue.ts";
import { activeJobs, terminateJob } from "../../action/aws/jobs.ts";
import { isOwn } from "../../action/aws/tags.ts";
import { counted } from "../../action/report/numbers.ts";
import type { Wait } from "../../action/wait.ts";
import type { Step } from "../steps.ts";
import { goneOrInvalid, settled } from "./batch-status.ts";
import { until } from "./until.ts";

export async function allJobQueues(batch: BatchClient): Promise<JobQueueDetail[]> {
  const queues: JobQueueDetail[] = [];
  for await (const page of paginateDescribeJobQueues({ client: batch }, {}))
    queues.push(...(page.jobQueues ?? []));
  return queues.filter(({ status }) => status !== "DELETED");
}

export function jobQueueSteps(
  batch: BatchClient,
  queues: readonly JobQueueDetail[],
  wait: Wait,
): Promise<Step[]> {
  const own = queues.filter(({ tags }) => isOwn(tags));
  return Promise.all(own.map(({ jobQueueName: name = "" }) => jobQueueStep(batch, name, wait)));
}

async function jobQueueStep(batch: BatchClient, name: string, wait: Wait): Promise<Step> {
  const jobs = await activeJobIds(batch, name);
  return {
    thing: `job queue ${name}`,
    found: jobs.size === 0 ? "without jobs" : `${counted(jobs.size, "job")} not over`,
    outcome: "to-change",
    change: jobs.size === 0 ? "delete" : "end its jobs, delete",
    carryOut: () => removeJobQueue(batch, name, wait),
  };
}

/** Fargate gives a worker two minutes at most to end. */
const jobsEndSeconds = 300;
const queueSeconds = 600;

/** A disabled queue takes no more jobs, so that none comes while they are being ended. */
async function removeJobQueue(batch: BatchClient, name: string, wait: Wait): Promise<void> {
  const find = () => findJobQueue(batch, name);
  const label = `job queue ${name}`;
  if ((await find())?.state !== "DISABLED") {
    await batch.send(new UpdateJobQueueCommand({ jobQueue: name, state: "DISABLED" }));
  }
  await until(async () => settled(await find()), {
    what: `the ${label} is disabled`,
    maxSeconds: queueSeconds,
    wait,
  });
  for (const id of await activeJobIds(batch, name)) await terminateJob(batch, id, "Textmill's teardown");
  await until(async () => (await activeJobIds(batch, name)).size === 0, {
    what: `all jobs of the ${label} are over`,
    maxSeconds: jobsEndSeconds,
    wait,
  });
  await batch.send(new DeleteJobQueueCommand({ jobQueue: name }));
  await until(async () => goneOrInvalid(label, await find()), {
    what: `the ${label} is deleted`,
    maxSeconds: queueSeconds,
    wait,
  });
}

async function activeJobIds(batch: BatchClient, queue: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { jobId } of activeJobs(batch, queue)) if (jobId !== undefined) ids.add(jobId);
  return ids;
}
