import {
  BatchClient,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobQueuesCommand,
  ListJobsCommand,
  TerminateJobCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { computeEnvironmentSteps } from "../../../infra-scripts/removal/compute-environments.ts";
import { allJobQueues, jobQueueSteps } from "../../../infra-scripts/removal/job-queues.ts";
import type { Step } from "../../../infra-scripts/steps.ts";
import { refusal } from "../../support/made-up-account.ts";
import { surroundings } from "../../support/surroundings.ts";

const region = "eu-west-1";
const own = { "created-by": "textmill" };
async function carryOut(steps: readonly Step[]): Promise<void> {
  for (const step of steps) if (step.outcome === "to-change") await step.carryOut();
}
const namesOf = (mock: { calls(): { args: unknown[] }[] }) =>
  mock
    .calls()
    .map(({ args: [command] }) => (command as object).constructor.name)
    .filter((name) => !/^(Describe|List|Get)/.test(name));

describe("a job queue", () => {
  /** AWS Batch takes two looks for each change, and jobs end at the third look after they were told to. */
  function queueWithJobs(changes: { neverEnd?: boolean; failure?: string } = {}) {
    const batch = new BatchClient({ region });
    const mock = mockClient(batch);
    const queue = {
      jobQueueName: "textmill-spot",
      state: "ENABLED",
      status: "VALID",
      statusReason: "",
      tags: own,
    };
    let busyLooks = 0;
    let jobLooks = Number.POSITIVE_INFINITY;
    let isDeleted = false;
    mock.on(DescribeJobQueuesCommand).callsFake(() => {
      if (busyLooks > 0) busyLooks -= 1;
      else if (queue.status === "UPDATING") queue.status = "VALID";
      else if (queue.status === "DELETING" && changes.failure !== undefined) {
        queue.status = "INVALID";
        queue.statusReason = changes.failure;
      } else if (queue.status === "DELETING") isDeleted = true;
      return { jobQueues: isDeleted ? [] : [{ ...queue }] };
    });
    mock.on(UpdateJobQueueCommand).callsFake(({ state }) => {
      Object.assign(queue, { state, status: "UPDATING" });
      busyLooks = 2;
    });
    mock.on(DeleteJobQueueCommand).callsFake(() => {
      if (queue.state !== "DISABLED" || queue.status !== "VALID") throw refusal("ClientException");
      queue.status = "DELETING";
      busyLooks = 2;
    });
    mock.on(ListJobsCommand).callsFake(({ jobStatus }) => {
      if (jobStatus !== "RUNNING") return { jobSummaryList: [] };
      jobLooks -= 1;
      return { jobSummaryList: jobLooks > 0 ? [{ jobId: "a" }, { jobId: "b" }] : [] };
    });
    mock.on(TerminateJobCommand).callsFake(() => {
      if (!changes.neverEnd) jobLooks = 3;
    });
    const around = surroundings();
    const steps = async () => jobQueueSteps(batch, await allJobQueues(batch), around.wait);
    return { mock, around, steps };
  }

  it("takes no more jobs, has its jobs ended, and is gone at the end", async () => {
    const { mock, steps } = queueWithJobs();
    const found = await steps();
    expect(found).toMatchObject([{ found: "2 jobs not over", change: "end its jobs, delete" }]);
    await carryOut(found);
    expect(namesOf(mock)).toEqual([
      "UpdateJobQueueCommand",
      "TerminateJobCommand",
      "TerminateJobCommand",
      "DeleteJobQueueCommand",
    ]);
    expect(await steps()).toEqual([]);
  });

  it("whose jobs do not end is said to be so after five minutes", async () => {
    const { around, steps } = queueWithJobs({ neverEnd: true });
    await expect(carryOut(await steps())).rejects.toThrow(
      /After 5 minutes it is still not so that all jobs of the job queue textmill-spot are over. Run again/,
    );
    expect(around.waited).toBeLessThan(400);
  });

  it("that AWS Batch cannot delete says why", async () => {
    const { steps } = queueWithJobs({ failure: "role missing" });
    await expect(carryOut(await steps())).rejects.toThrow(/could not be deleted.*role missing/);
  });
});

describe("a compute environment", () => {
  const environment = {
    computeEnvironmentName: "textmill-spot",
    computeEnvironmentArn: "arn:textmill-spot",
    ecsClusterArn: "",
    status: "VALID" as const,
    tags: own,
  };

  it("goes once AWS Batch has noticed that its queue is gone", async () => {
    const batch = new BatchClient({ region });
    const mock = mockClient(batch);
    let state = "ENABLED";
    let refusals = 2;
    let isDeleted = false;
    mock.on(DescribeComputeEnvironmentsCommand).callsFake(() => ({
      computeEnvironments: isDeleted ? [] : [{ ...environment, state }],
    }));
    mock.on(UpdateComputeEnvironmentCommand).callsFake((input) => {
      state = input.state;
    });
    mock.on(DeleteComputeEnvironmentCommand).callsFake(() => {
      refusals -= 1;
      if (refusals >= 0)
        throw refusal("ClientException", "Cannot delete, found existing JobQueue relationship");
      isDeleted = true;
    });
    await carryOut(await computeEnvironmentSteps(batch, [], surroundings().wait));
    expect(mock.commandCalls(DeleteComputeEnvironmentCommand)).toHaveLength(3);
  });

  it("that a queue of someone else's uses is refused", async () => {
    const batch = new BatchClient({ region });
    mockClient(batch)
      .on(DescribeComputeEnvironmentsCommand)
      .resolves({ computeEnvironments: [{ ...environment, state: "ENABLED" }] });
    const theirs = {
      jobQueueName: "payroll",
      jobQueueArn: "",
      state: "ENABLED" as const,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: "arn:textmill-spot" }],
    };
    expect(await computeEnvironmentSteps(batch, [theirs], surroundings().wait)).toMatchObject([
      { outcome: "refused", refusal: expect.stringMatching(/used by payroll.*Take it from that queue/) },
    ]);
  });
});
