import {
  type BatchClient,
  CreateJobQueueCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { driftOf } from "./drift.ts";
import { type BatchResource, type Change, ensureValid, type Surroundings } from "./ensure.ts";
import { type Tags, withOwnTags } from "./tags.ts";

export interface WantedJobQueue {
  name: string;
  /** VALID already: AWS Batch refuses a queue over any other. */
  computeEnvironmentArn: string;
  tags: Tags;
}

export async function ensureJobQueue(
  batch: BatchClient,
  wanted: WantedJobQueue,
  around: Surroundings,
): Promise<{ arn: string; change: Change }> {
  const { found, change } = await ensureValid(jobQueue(batch, wanted), around);
  return { arn: found.jobQueueArn ?? "", change };
}

export function jobQueue(
  batch: BatchClient,
  { name, computeEnvironmentArn, tags }: WantedJobQueue,
): BatchResource<JobQueueDetail> {
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: computeEnvironmentArn }];
  return {
    label: `job queue ${name}`,
    find: () => findJobQueue(batch, name),
    create: () =>
      batch.send(
        new CreateJobQueueCommand({
          jobQueueName: name,
          state: "ENABLED",
          priority: 1,
          computeEnvironmentOrder,
          tags: withOwnTags(tags),
        }),
      ),
    drift: (found) =>
      driftOf([
        {
          what: "compute environments",
          wanted: [computeEnvironmentArn],
          found: found.computeEnvironmentOrder?.map(({ computeEnvironment = "" }) => computeEnvironment),
        },
      ]),
    update: () => batch.send(new UpdateJobQueueCommand({ jobQueue: name, computeEnvironmentOrder })),
    enable: `aws batch update-job-queue --job-queue ${name} --state ENABLED`,
    usualCauses:
      "Usually its compute environment was deleted or is itself INVALID: run again, which makes it anew.",
  };
}

export async function findJobQueue(batch: BatchClient, name: string): Promise<JobQueueDetail | undefined> {
  const { jobQueues = [] } = await batch.send(new DescribeJobQueuesCommand({ jobQueues: [name] }));
  return jobQueues[0];
}
