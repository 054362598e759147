import { randomUUID } from "node:crypto";
import { DescribeJobsCommand, type JobDetail } from "@aws-sdk/client-batch";
import { describe, expect, test } from "vitest";
import { capacityName, ensureCapacity } from "../../action/aws/capacity.ts";
import { openClients } from "../../action/aws/clients.ts";
import { ensureJobDefinition } from "../../action/aws/job-definition.ts";
import { terminateJob } from "../../action/aws/jobs.ts";
import { type BatchRun, firstRound } from "../../action/engines/batch/jobs-of-run.ts";
import { ensureSubmitted } from "../../action/engines/batch/submission.ts";
import { waitFor } from "../../action/wait.ts";
import { contractVersion } from "../../worker/contract.ts";
import { makeAccount, storeAt } from "../support/account.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { surroundings } from "../support/surroundings.ts";

describe.skipIf(!awsUnderTest)(`the jobs of a run (${whyNoAws} if skipped)`, () => {
  test.each([
    { chunks: 1, jobs: [undefined] },
    { chunks: 2, jobs: [2] },
    { chunks: 10_001, jobs: [10_000, undefined] },
  ])("of $chunks chunks are as few as AWS Batch allows", async ({ chunks, jobs }) => {
    const { run, submitter } = await preparedRun(chunks);
    const submission = await ensureSubmitted(submitter, run, firstRound(run));
    if (submission.outcome === "cancelled") throw new Error("Nobody cancelled it.");
    const ids = submission.jobs.map(({ id }) => id);
    for (const id of ids) await terminateJob(submitter.batch, id, "enough was seen");
    const described = await submitter.batch.send(new DescribeJobsCommand({ jobs: ids }));
    expect(ids.map((id) => described.jobs?.find(({ jobId }) => jobId === id)).map(sizeOf)).toEqual(jobs);
    expect(described.jobs?.map(({ tags }) => tags?.["textmill-run"])).toEqual(ids.map(() => run.runId));
    expect(described.jobs?.every(({ propagateTags }) => propagateTags)).toBe(true);
  });
});

const sizeOf = (job: JobDetail | undefined) => job?.arrayProperties?.size;

/** All that the run stands on is real, but for its image, which nobody waits for, and its chunks. */
async function preparedRun(chunks: number) {
  const account = await makeAccount("us-east-2");
  const clients = openClients(account.region);
  const around = surroundings();
  const name = capacityName("spot");
  const { queueArn } = await ensureCapacity(
    clients,
    { kind: "spot", name, subnets: [], securityGroups: [], maxVcpus: undefined, tags: {} },
    { ...around, wait: waitFor },
  );
  const role = (purpose: string) => `arn:aws:iam::123456789012:role/${purpose}`;
  const { arn: jobDefinition } = await ensureJobDefinition(
    clients.batch,
    {
      name: "textmill",
      image: "image.example/textmill@sha256:0",
      vcpus: 1,
      memoryMib: 2048,
      jobRole: role(account.jobRole),
      executionRole: role(account.executionRole),
      logGroup: "/textmill/worker",
      assignPublicIp: true,
    },
    around,
  );
  const runId = `submission-${randomUUID()}`;
  const run = {
    version: contractVersion,
    runId,
    planId: randomUUID(),
    destination: account.destination,
    engine: {
      kind: "batch",
      region: account.region,
      capacity: "spot",
      queues: { spot: queueArn },
      jobDefinition,
      tags: { "created-by": "textmill", "textmill-run": runId },
    },
    chunks,
  } as unknown as BatchRun;
  return {
    run,
    submitter: { batch: clients.batch, destination: storeAt(account.destination), wait: waitFor },
  };
}
