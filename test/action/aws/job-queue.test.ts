import {
  BatchClient,
  CreateJobQueueCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { ensureJobQueue } from "../../../action/aws/job-queue.ts";
import { surroundings } from "../../support/surroundings.ts";

const arn = "arn:aws:batch:eu-west-1:123456789012:job-queue/textmill-spot";
const computeEnvironmentArn = "arn:aws:batch:eu-west-1:123456789012:compute-environment/textmill-spot";
const order = [{ order: 1, computeEnvironment: computeEnvironmentArn }];

const valid: JobQueueDetail = {
  jobQueueName: "textmill-spot",
  jobQueueArn: arn,
  state: "ENABLED",
  status: "VALID",
  priority: 1,
  computeEnvironmentOrder: order,
  tags: { "created-by": "textmill" },
};

function batchThatShows(...looks: (Partial<JobQueueDetail> | undefined)[]) {
  const batch = new BatchClient({ region: "eu-west-1" });
  const mock = mockClient(batch);
  const answers = looks.map((look) => ({ jobQueues: look === undefined ? [] : [{ ...valid, ...look }] }));
  const describing = mock.on(DescribeJobQueuesCommand);
  for (const answer of answers) describing.resolvesOnce(answer);
  describing.resolves(answers.at(-1) ?? {});
  mock.on(CreateJobQueueCommand).resolves({});
  mock.on(UpdateJobQueueCommand).resolves({});
  const around = surroundings();
  const ensure = () =>
    ensureJobQueue(
      batch,
      { name: "textmill-spot", computeEnvironmentArn, tags: { team: "archive" } },
      around,
    );
  return { mock, ensure, around };
}

describe("a job queue", () => {
  it("is created over its compute environment when there is none", async () => {
    const { mock, ensure } = batchThatShows(undefined, { status: "CREATING" }, {});
    expect(await ensure()).toEqual({ arn, change: "created" });
    expect(mock.commandCalls(CreateJobQueueCommand)[0]?.args[0].input).toEqual({
      jobQueueName: "textmill-spot",
      state: "ENABLED",
      priority: 1,
      computeEnvironmentOrder: order,
      tags: { team: "archive", "created-by": "textmill" },
    });
  });

  it("is let be when it is as wanted", async () => {
    const { mock, ensure } = batchThatShows({});
    expect(await ensure()).toEqual({ arn, change: "none" });
    expect(mock.calls().every(({ args }) => args[0] instanceof DescribeJobQueuesCommand)).toBe(true);
  });

  it("is led back to its compute environment, after a table of wanted and found", async () => {
    const elsewhere = { computeEnvironmentOrder: [{ order: 1, computeEnvironment: "arn:other" }] };
    const { mock, ensure, around } = batchThatShows(elsewhere, elsewhere, {});
    expect(await ensure()).toEqual({ arn, change: "updated" });
    expect(around.lines.join("\n")).toMatch(/compute environments +arn:aws:batch.*textmill-spot +arn:other/);
    expect(mock.commandCalls(UpdateJobQueueCommand)[0]?.args[0].input).toEqual({
      jobQueue: "textmill-spot",
      computeEnvironmentOrder: order,
    });
  });

  it("is another run's when that run creates it first", async () => {
    const { mock, ensure } = batchThatShows(undefined, {});
    mock.on(CreateJobQueueCommand).rejects(new Error("Job queue textmill-spot already exists"));
    expect(await ensure()).toEqual({ arn, change: "none" });
  });

  it.each([
    ["belongs to something else", { tags: {} }, /job queue textmill-spot exists, but lacks the tag/],
    ["was disabled", { state: "DISABLED" as const }, /aws batch update-job-queue --job-queue textmill-spot/],
    ["is being deleted", { status: "DELETING" as const }, /being deleted/],
    [
      "is INVALID",
      { status: "INVALID" as const, statusReason: "no CE" },
      /INVALID.*no CE.*Usually its compute/,
    ],
  ])("that %s is refused and not touched", async (_, look, message) => {
    const { mock, ensure } = batchThatShows(look);
    await expect(ensure()).rejects.toThrow(message);
    expect(mock.calls().every(({ args }) => args[0] instanceof DescribeJobQueuesCommand)).toBe(true);
  });
});
