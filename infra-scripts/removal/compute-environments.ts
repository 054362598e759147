import {
  type BatchClient,
  type ComputeEnvironmentDetail,
  DeleteComputeEnvironmentCommand,
  type JobQueueDetail,
  paginateDescribeComputeEnvironments,
  UpdateComputeEnvironmentCommand,
} from "@aws-sdk/client-batch";
import { findComputeEnvironment } from "../../action/aws/compute-environment.ts";
import { isOwn } from "../../action/aws/tags.ts";
import type { Wait } from "../../action/wait.ts";
import type { Step } from "../steps.ts";
import { goneOrInvalid, settled } from "./batch-status.ts";
import { until } from "./until.ts";

/** `queues` are all of the account, others' too: one of them may use an environment of Textmill's. */
export async function computeEnvironmentSteps(
  batch: BatchClient,
  queues: readonly JobQueueDetail[],
  wait: Wait,
): Promise<Step[]> {
  const own: ComputeEnvironmentDetail[] = [];
  for await (const page of paginateDescribeComputeEnvironments({ client: batch }, {})) {
    const found = page.computeEnvironments ?? [];
    own.push(...found.filter(({ tags, status }) => isOwn(tags) && status !== "DELETED"));
  }
  return own.map((environment) => computeEnvironmentStep(batch, environment, queues, wait));
}

function computeEnvironmentStep(
  batch: BatchClient,
  { computeEnvironmentName: name = "", computeEnvironmentArn }: ComputeEnvironmentDetail,
  queues: readonly JobQueueDetail[],
  wait: Wait,
): Step {
  const thing = `compute environment ${name}`;
  const user = queues.find(
    ({ tags, computeEnvironmentOrder = [] }) =>
      !isOwn(tags) &&
      computeEnvironmentOrder.some(({ computeEnvironment }) => computeEnvironment === computeEnvironmentArn),
  );
  if (user !== undefined) {
    const refusal = `The ${thing} is used by ${user.jobQueueName}, a job queue of someone else's. Take it from that queue first.`;
    return { thing, found: `used by ${user.jobQueueName}`, outcome: "refused", refusal };
  }
  const carryOut = () => removeComputeEnvironment(batch, name, wait);
  return { thing, found: "there", outcome: "to-change", change: "delete", carryOut };
}

const environmentSeconds = 600;

async function removeComputeEnvironment(batch: BatchClient, name: string, wait: Wait): Promise<void> {
  const find = () => findComputeEnvironment(batch, name);
  const label = `compute environment ${name}`;
  const maxSeconds = environmentSeconds;
  if ((await find())?.state !== "DISABLED") {
    await batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: name, state: "DISABLED" }));
  }
  await until(async () => settled(await find()), { what: `the ${label} is disabled`, maxSeconds, wait });
  await until(() => isDeletionTaken(batch, name), {
    what: `no job queue refers to the ${label}`,
    maxSeconds,
    wait,
  });
  await until(async () => goneOrInvalid(label, await find()), {
    what: `the ${label} is deleted`,
    maxSeconds,
    wait,
  });
}

/** For a while after its queue was deleted, AWS Batch still takes it for used. */
async function isDeletionTaken(batch: BatchClient, name: string): Promise<boolean> {
  try {
    await batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: name }));
    return true;
  } catch (error) {
    if (error instanceof Error && /JobQueue relationship/i.test(error.message)) return false;
    throw error;
  }
}
