import { describe, expect, it } from "vitest";
import {
  attemptsOf,
  describeJobs,
  failedChildrenOf,
  findJobByName,
  isOver,
  submitJob,
  terminateJob,
  type WantedJob,
  waitingReason,
} from "../../../action/aws/jobs.ts";
import { hangUp, madeUpBatch, refusal, throttled } from "../../support/made-up-batch.ts";
import { never } from "../../support/simulation.ts";

const wanted = (changes: Partial<WantedJob> = {}): WantedJob => ({
  name: "textmill-run-1",
  queue: "arn:aws:batch:eu-west-1:123456789012:job-queue/textmill-spot",
  jobDefinition: "arn:aws:batch:eu-west-1:123456789012:job-definition/textmill:1",
  size: 3,
  environment: { TEXTMILL_RUN_ID: "run-1", TEXTMILL_CHUNK_OFFSET: "0" },
  tags: { "textmill-run": "run-1" },
  ...changes,
});

const inTime = () => AbortSignal.timeout(60_000);

/** An account with a job of each of these sizes. */
async function account(...sizes: number[]) {
  const batch = madeUpBatch();
  const client = batch.client();
  const jobs = [];
  for (const [index, size] of sizes.entries()) {
    const end = await submitJob(client, wanted({ size, name: `job-${index}` }), inTime());
    if (end.outcome !== "submitted") throw new Error("The job was not submitted.");
    jobs.push({ id: end.id, size });
  }
  batch.calls.length = 0;
  const [job = { id: "", size: 0 }] = jobs;
  return { batch, client, jobs, job };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("submitting a job", () => {
  it("asks for an array of all its children, tagged, as their tasks are", async () => {
    const { batch, client } = await account();
    expect(await submitJob(client, wanted(), inTime())).toEqual({ outcome: "submitted", id: "job-1" });
    expect(batch.inputsOf("submitjob")).toEqual([
      {
        jobName: "textmill-run-1",
        jobQueue: wanted().queue,
        jobDefinition: wanted().jobDefinition,
        arrayProperties: { size: 3 },
        containerOverrides: {
          environment: [
            { name: "TEXTMILL_RUN_ID", value: "run-1" },
            { name: "TEXTMILL_CHUNK_OFFSET", value: "0" },
          ],
        },
        tags: { "textmill-run": "run-1" },
        propagateTags: true,
      },
    ]);
  });

  it("asks for a plain job when there is one child", async () => {
    const { batch, client } = await account();
    await submitJob(client, wanted({ size: 1 }), inTime());
    expect(batch.inputsOf("submitjob")[0]).not.toHaveProperty("arrayProperties");
  });

  it.each([
    ["the connection broke off", hangUp],
    ["the name was not resolved", () => Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" })],
    ["the socket was silent too long", () => Object.assign(new Error("silent"), { name: "TimeoutError" })],
  ])("is not repeated after %s", async (_, error) => {
    const { batch, client } = await account();
    const thrown = error();
    batch.between = async () => {
      throw thrown;
    };
    expect(await submitJob(client, wanted(), inTime())).toEqual({ outcome: "unanswered", error: thrown });
    expect(batch.calls).toHaveLength(1);
  });

  it.each([500, 503])("is not repeated after a status %i", async (status) => {
    const { batch, client } = await account();
    batch.between = async () => refusal(status, "ServerException", "fault");
    expect(await submitJob(client, wanted(), inTime())).toMatchObject({
      outcome: "unanswered",
      error: { message: "fault" },
    });
    expect(batch.calls).toHaveLength(1);
  });

  it("without an id in the answer is as good as unanswered", async () => {
    const { batch, client } = await account();
    batch.between = async () => ({ statusCode: 200, body: {} });
    expect(await submitJob(client, wanted(), inTime())).toMatchObject({ outcome: "unanswered" });
  });

  it("is repeated when it was throttled, and only then refused when that goes on", async () => {
    const { batch, client } = await account();
    batch.between = async ({ serve }) => (batch.calls.length < 5 ? throttled : serve());
    expect(await submitJob(client, wanted(), inTime())).toEqual({ outcome: "submitted", id: "job-1" });
    batch.between = async () => throttled;
    expect(await submitJob(client, wanted(), inTime())).toMatchObject({
      outcome: "refused",
      error: { name: "TooManyRequestsException" },
    });
    expect(batch.jobs).toHaveLength(1);
  });

  it("stops repeating when an answer is lost after one that throttled", async () => {
    const { batch, client } = await account();
    batch.between = async ({ serve }) => {
      if (batch.calls.length === 1) return throttled;
      serve();
      throw hangUp();
    };
    expect(await submitJob(client, wanted(), inTime())).toMatchObject({ outcome: "unanswered" });
    expect(batch.jobs).toHaveLength(1);
    expect(batch.calls).toHaveLength(2);
  });

  it.each([
    [400, "ClientException"],
    [403, "AccessDeniedException"],
  ])("with a status %i is refused", async (status, name) => {
    const { batch, client } = await account();
    batch.between = async () => refusal(status, name);
    expect(await submitJob(client, wanted(), inTime())).toMatchObject({
      outcome: "refused",
      error: { name },
    });
    expect(batch.calls).toHaveLength(1);
  });

  it("without credentials is refused: nothing was sent", async () => {
    const { batch } = await account();
    const error = Object.assign(new Error("none"), { name: "CredentialsProviderError" });
    const client = batch.client({
      credentials: async () => {
        throw error;
      },
    });
    expect(await submitJob(client, wanted(), inTime())).toEqual({ outcome: "refused", error });
    expect(batch.calls).toEqual([]);
  });

  it("that is given up on while it is sent is unanswered", async () => {
    const { batch, client } = await account();
    const giveUp = new AbortController();
    batch.between = () => {
      giveUp.abort();
      return never();
    };
    expect(await submitJob(client, wanted(), giveUp.signal)).toMatchObject({ outcome: "unanswered" });
  });

  it("that was given up on before is refused, and not sent", async () => {
    const { batch, client } = await account();
    expect((await submitJob(client, wanted(), AbortSignal.abort())).outcome).not.toBe("submitted");
    expect(batch.calls).toEqual([]);
  });
});

describe("finding a job by its name", () => {
  const { queue } = wanted();

  it("finds the newest of that very name, though AWS Batch knows no upper case there", async () => {
    const { client } = await account();
    for (const name of ["A-job", "A-job", "a-job"]) await submitJob(client, wanted({ name }), inTime());
    expect(await findJobByName(client, queue, "A-job")).toBe("job-2");
    expect(await findJobByName(client, queue, "a-job")).toBe("job-3");
    expect(await findJobByName(client, queue, "A-JOB")).toBeUndefined();
  });

  it("looks in that queue only", async () => {
    const { client } = await account(1);
    expect(await findJobByName(client, queue, "job-0")).toBe("job-1");
    expect(await findJobByName(client, "another queue", "job-0")).toBeUndefined();
  });

  it("goes on over pages that do not have it", async () => {
    const { batch, client } = await account(1);
    batch.between = async ({ input, serve }) =>
      input.nextToken === undefined
        ? { statusCode: 200, body: { jobSummaryList: [], nextToken: "0" } }
        : serve();
    expect(await findJobByName(client, queue, "job-0")).toBe("job-1");
  });
});

describe("the states of jobs", () => {
  it("are asked for by the hundred", async () => {
    const { batch, client, jobs } = await account(...Array<number>(250).fill(1));
    const states = await describeJobs(
      client,
      jobs.map(({ id }) => id),
    );
    expect(states).toHaveLength(250);
    expect(batch.inputsOf("describejobs").map(({ jobs }) => (jobs as string[]).length)).toEqual([
      100, 100, 50,
    ]);
  });

  it("count children by their state; a plain job counts itself", async () => {
    const { batch, client, jobs } = await account(3, 1);
    batch.jobs[0]?.children.set(0, { status: "SUCCEEDED" });
    batch.end(batch.jobs[1], "FAILED", { statusReason: "it broke" });
    expect(
      await describeJobs(
        client,
        jobs.map(({ id }) => id),
      ),
    ).toEqual([
      { id: "job-1", status: "PENDING", children: { SUCCEEDED: 1, RUNNABLE: 2 }, statusReason: undefined },
      { id: "job-2", status: "FAILED", children: { FAILED: 1 }, statusReason: "it broke" },
    ]);
  });

  it("leave out jobs that AWS Batch does not know, and of none ask nothing", async () => {
    const { batch, client } = await account();
    expect(await describeJobs(client, ["job-9"])).toEqual([]);
    batch.calls.length = 0;
    expect(await describeJobs(client, [])).toEqual([]);
    expect(batch.calls).toEqual([]);
  });

  it.each([
    ["SUBMITTED", false],
    ["PENDING", false],
    ["RUNNABLE", false],
    ["STARTING", false],
    ["RUNNING", false],
    ["SUCCEEDED", true],
    ["FAILED", true],
  ] as const)("%s: whether it is over is %s", (status, over) => {
    expect(isOver({ status })).toBe(over);
  });
});

describe("terminating a job", () => {
  it("ends its children, those that run too, and leaves those that succeeded", async () => {
    const { batch, client, job } = await account(3);
    batch.jobs[0]?.children.set(0, { status: "SUCCEEDED" });
    batch.jobs[0]?.children.set(1, { status: "RUNNING" });
    await terminateJob(client, job.id, "enough");
    expect(batch.inputsOf("terminatejob")).toEqual([{ jobId: job.id, reason: "enough" }]);
    expect((await describeJobs(client, [job.id]))[0]).toMatchObject({
      status: "FAILED",
      children: { SUCCEEDED: 1, FAILED: 2 },
    });
  });
});

describe("failed children", () => {
  it("are listed a thousand at a time", async () => {
    const { batch, client, job } = await account(2500);
    batch.end(batch.jobs[0], "FAILED", { container: { exitCode: 70 } });
    const failed = await all(failedChildrenOf(client, job));
    expect(failed.map(({ index }) => index)).toEqual(Array.from({ length: 2500 }, (_, index) => index));
    expect(batch.inputsOf("listjobs")).toHaveLength(3);
    expect(failed[7]).toEqual({ id: "job-1:7", index: 7, exitCode: 70, reason: "" });
  });

  it("are only those that failed", async () => {
    const { batch, client, job } = await account(3);
    batch.end(batch.jobs[0], "SUCCEEDED");
    batch.jobs[0]?.children.set(1, { status: "FAILED", statusReason: "Your Spot Task was interrupted." });
    expect(await all(failedChildrenOf(client, job))).toEqual([
      { id: "job-1:1", index: 1, exitCode: null, reason: "Your Spot Task was interrupted." },
    ]);
  });

  it("of a plain job are the job itself", async () => {
    const { batch, client, job } = await account(1);
    expect(await all(failedChildrenOf(client, job))).toEqual([]);
    const container = { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" };
    batch.end(batch.jobs[0], "FAILED", { container, statusReason: "Essential container in task exited" });
    expect(await all(failedChildrenOf(client, job))).toEqual([
      {
        id: "job-1",
        index: 0,
        exitCode: 137,
        reason: "OutOfMemoryError: Container killed due to memory usage; Essential container in task exited",
      },
    ]);
  });
});

describe("attempts", () => {
  const startedAt = new Date("2026-01-01T10:00:00Z").getTime();
  const stoppedAt = new Date("2026-01-01T10:05:00Z").getTime();

  it("are those of all children, a hundred children a call", async () => {
    const { batch, client, job } = await account(250);
    const container = { exitCode: 0, logStreamName: "textmill/default/1" };
    batch.end(batch.jobs[0], "SUCCEEDED", { attempts: [{ startedAt, stoppedAt, container }] });
    const attempts = await all(attemptsOf(client, job));
    expect(attempts.map(({ index }) => index)).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(attempts[101]).toEqual({
      jobId: "job-1:101",
      attempt: 1,
      index: 101,
      startedAt: "2026-01-01T10:00:00.000Z",
      stoppedAt: "2026-01-01T10:05:00.000Z",
      exitCode: 0,
      reason: "",
      logStream: "textmill/default/1",
    });
    expect(batch.inputsOf("describejobs").map(({ jobs }) => (jobs as string[]).length)).toEqual([
      100, 100, 50,
    ]);
  });

  it("of a plain job are asked for by its own id", async () => {
    const { batch, client, job } = await account(1);
    batch.end(batch.jobs[0], "SUCCEEDED", { attempts: [{ startedAt, stoppedAt }] });
    expect(await all(attemptsOf(client, job))).toMatchObject([{ jobId: "job-1", attempt: 1, index: 0 }]);
    expect(batch.inputsOf("describejobs")).toEqual([{ jobs: ["job-1"] }]);
  });

  it("are counted from 1, with the reasons of the container and of the attempt; one that goes on is left out", async () => {
    const { batch, client, job } = await account(1);
    batch.end(batch.jobs[0], "RUNNING", {
      attempts: [
        { stoppedAt, statusReason: "Task failed to start" },
        { startedAt, stoppedAt, container: { exitCode: 75, reason: "told to" }, statusReason: "Spot" },
        { startedAt },
      ],
    });
    expect(
      (await all(attemptsOf(client, job))).map(({ attempt, startedAt, exitCode, reason, logStream }) => [
        attempt,
        startedAt,
        exitCode,
        reason,
        logStream,
      ]),
    ).toEqual([
      [1, null, null, "Task failed to start", null],
      [2, "2026-01-01T10:00:00.000Z", 75, "told to; Spot", null],
    ]);
  });
});

describe("why a job waits", () => {
  it("is what AWS Batch says of a child that could start", async () => {
    const { batch, client, job } = await account(2);
    expect(await waitingReason(client, job)).toBe("");
    batch.jobs[0]?.children.set(1, { status: "SUCCEEDED", statusReason: "not this" });
    batch.jobs[0]?.children.set(0, { status: "RUNNABLE", statusReason: "CAPACITY:none" });
    expect(await waitingReason(client, job)).toBe("CAPACITY:none");
  });

  it("is what it says of a plain job", async () => {
    const { batch, client, job } = await account(1);
    batch.end(batch.jobs[0], "RUNNABLE", { statusReason: "CAPACITY:none" });
    expect(await waitingReason(client, job)).toBe("CAPACITY:none");
  });
});
