import { describe, expect, it } from "vitest";
import { submitJob } from "../../../../action/aws/jobs.ts";
import { areStuck, childrenLine, followJobs } from "../../../../action/engines/batch/follow-jobs.ts";
import { firstRound } from "../../../../action/engines/batch/jobs-of-run.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { madeUpBatch } from "../../../support/made-up-batch.ts";

const round = firstRound(batchRun());

/** An account with jobs of these sizes, and a look at all of them. */
async function followed(...sizes: number[]) {
  const batch = madeUpBatch();
  const client = batch.client();
  const jobs = [];
  for (const [index, size] of sizes.entries()) {
    const wanted = {
      name: `job-${index}`,
      queue: "queue",
      jobDefinition: "definition",
      size,
      environment: {},
      tags: {},
    };
    const end = await submitJob(client, wanted, AbortSignal.timeout(60_000));
    if (end.outcome !== "submitted") throw new Error("The job was not submitted.");
    jobs.push({ id: end.id, offset: index, size, round });
  }
  batch.calls.length = 0;
  return { batch, look: followJobs(client, jobs) };
}

describe("a look at jobs", () => {
  it("sums the children of all of them by their state", async () => {
    const { batch, look } = await followed(3, 1);
    batch.jobs[0]?.children.set(0, { status: "SUCCEEDED" });
    batch.jobs[0]?.children.set(1, { status: "RUNNING" });
    expect(await look()).toEqual({
      children: { SUCCEEDED: 1, RUNNING: 1, RUNNABLE: 2 },
      areOver: false,
      forgotten: 0,
    });
  });

  it("is one call for a hundred jobs, and leaves out those that are over", async () => {
    const { batch, look } = await followed(...Array<number>(101).fill(2));
    await look();
    const asked = () => batch.inputsOf("describejobs").map(({ jobs }) => (jobs as string[]).length);
    expect(asked()).toEqual([100, 1]);
    for (const job of batch.jobs.slice(0, 60)) batch.end(job, "SUCCEEDED");
    await look();
    batch.calls.length = 0;
    expect(await look()).toMatchObject({ children: { SUCCEEDED: 120, RUNNABLE: 82 }, areOver: false });
    expect(asked()).toEqual([41]);
  });

  it("is over when every job is, failed or not", async () => {
    const { batch, look } = await followed(2, 2);
    batch.end(batch.jobs[0], "SUCCEEDED");
    expect((await look()).areOver).toBe(false);
    batch.end(batch.jobs[1], "FAILED");
    expect(await look()).toEqual({ children: { SUCCEEDED: 2, FAILED: 2 }, areOver: true, forgotten: 0 });
  });

  it("tolerates that a new job is not known yet", async () => {
    const { batch, look } = await followed(2);
    batch.shows = () => false;
    for (let times = 0; times < 5; times++) {
      expect(await look()).toEqual({ children: {}, areOver: false, forgotten: 0 });
    }
    batch.shows = () => true;
    expect(await look()).toMatchObject({ children: { RUNNABLE: 2 }, forgotten: 0 });
  });

  it("takes a job that is never known for a forgotten one", async () => {
    const { batch, look } = await followed(2, 2);
    batch.shows = ({ jobId }) => jobId !== "job-1";
    batch.end(batch.jobs[1], "SUCCEEDED");
    for (let times = 0; times < 9; times++) expect((await look()).areOver).toBe(false);
    expect(await look()).toEqual({ children: { SUCCEEDED: 2 }, areOver: true, forgotten: 1 });
  });

  it("does not add up answers that left out a job now and then", async () => {
    const { batch, look } = await followed(2);
    for (let times = 0; times < 30; times++) {
      batch.shows = () => times % 2 === 0;
      expect(await look()).toMatchObject({ areOver: false, forgotten: 0 });
    }
  });
});

describe("what is said of the children", () => {
  it.each([
    [{}, "jobs: none seen yet"],
    [{ RUNNABLE: 12_000, RUNNING: 4, SUCCEEDED: 30 }, "jobs: 12,000 runnable, 4 running, 30 succeeded"],
    [{ FAILED: 1, SUBMITTED: 2, STARTING: 0 }, "jobs: 2 submitted, 1 failed"],
  ])("of %o", (children, line) => {
    expect(childrenLine(children)).toBe(line);
  });

  it.each([
    [{ RUNNABLE: 1 }, true],
    [{ RUNNABLE: 1, SUCCEEDED: 3, FAILED: 1 }, true],
    [{ RUNNABLE: 1, STARTING: 1 }, false],
    [{ RUNNABLE: 1, RUNNING: 1 }, false],
    [{ PENDING: 1 }, false],
    [{}, false],
  ])("%o: whether they are stuck is %s", (children, stuck) => {
    expect(areStuck({ children, areOver: false, forgotten: 0 })).toBe(stuck);
  });
});
