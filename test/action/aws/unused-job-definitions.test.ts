import {
  BatchClient,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  ListJobsCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { sortRevisions } from "../../../action/aws/unused-job-definitions.ts";

const arn = (revision: number) => `arn:aws:batch:eu-west-1:123456789012:job-definition/textmill:${revision}`;

const definition = (revision: number, tags: Record<string, string> = { "created-by": "textmill" }) => ({
  jobDefinitionName: "textmill",
  jobDefinitionArn: arn(revision),
  revision,
  type: "container",
  tags,
  containerProperties: { image: `textmill@sha256:${revision}` },
});

function batchWith(revisions: ReturnType<typeof definition>[]) {
  const batch = new BatchClient({ region: "eu-west-1" });
  const mock = mockClient(batch);
  // AWS Batch promises no order, and gives them in pages.
  mock
    .on(DescribeJobDefinitionsCommand)
    .resolvesOnce({ jobDefinitions: revisions.slice(0, 3), nextToken: "2" })
    .resolves({ jobDefinitions: revisions.slice(3) });
  mock.on(DescribeJobQueuesCommand).resolves({ jobQueues: [] });
  mock.on(DescribeJobQueuesCommand, { jobQueues: ["textmill-spot"] }).resolves({
    jobQueues: [
      {
        jobQueueName: "textmill-spot",
        jobQueueArn: "",
        state: "ENABLED",
        priority: 1,
        computeEnvironmentOrder: [],
      },
    ],
  });
  mock.on(ListJobsCommand).resolves({ jobSummaryList: [] });
  const sort = async () => {
    const { kept, unused } = await sortRevisions(batch, {
      name: "textmill",
      queues: ["textmill-spot", "textmill-on-demand"],
    });
    const numbers = (list: { revision: number }[]) => list.map(({ revision }) => revision);
    return { kept: numbers(kept), unused: numbers(unused) };
  };
  return { mock, sort };
}

const eight = [3, 1, 8, 2, 7, 5, 6, 4].map((revision) => definition(revision));

describe("job definitions", () => {
  it("but the newest five are unused", async () => {
    expect(await batchWith(eight).sort()).toEqual({ kept: [8, 7, 6, 5, 4], unused: [3, 2, 1] });
  });

  it.each(["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"] as const)(
    "of a job that is %s are in use, on whatever page it stands",
    async (jobStatus) => {
      const { mock, sort } = batchWith(eight);
      const asked = { jobQueue: "textmill-spot", jobStatus };
      mock.on(ListJobsCommand, asked).resolves({ jobSummaryList: [], nextToken: "2" });
      mock.on(ListJobsCommand, { ...asked, nextToken: "2" }).resolves({
        jobSummaryList: [{ jobId: "1", jobName: "run", jobDefinition: arn(2) }],
      });
      expect(await sort()).toEqual({ kept: [8, 7, 6, 5, 4, 2], unused: [3, 1] });
    },
  );

  it("of someone else are no concern of ours", async () => {
    const { sort } = batchWith([...eight, definition(9, {}), definition(0, { team: "other" })]);
    expect(await sort()).toEqual({ kept: [8, 7, 6, 5, 4], unused: [3, 2, 1] });
  });
});
