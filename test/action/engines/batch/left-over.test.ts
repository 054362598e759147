import { describe, expect, it } from "vitest";
import { firstRound } from "../../../../action/engines/batch/jobs-of-run.ts";
import { readLeftOver, settleLeftOver } from "../../../../action/engines/batch/left-over.ts";
import { ensureSubmitted } from "../../../../action/engines/batch/submission.ts";
import { exitCodes, runKeys } from "../../../../worker/contract.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { madeUpBatch } from "../../../support/made-up-batch.ts";
import { memoryStore } from "../../../support/memory-store.ts";

async function submitted(chunks: number) {
  const run = batchRun({ chunks });
  const batch = madeUpBatch();
  const destination = memoryStore();
  const waits: number[] = [];
  const wait = async (seconds: number) => void waits.push(seconds);
  const submitter = { batch: batch.client(), destination, wait };
  const submission = await ensureSubmitted(submitter, run, firstRound(run));
  if (submission.outcome !== "submitted") throw new Error("The run was not submitted.");
  for (const job of batch.jobs) batch.end(job, "SUCCEEDED");
  const settle = () => settleLeftOver(submitter, run, submission.jobs);
  return {
    run,
    batch,
    destination,
    waits,
    settle,
    file: () => destination.texts.get(runKeys.leftOver(run.runId)),
  };
}

describe("the left-over chunks", () => {
  it("are those of the children that failed, by their place in the run and in order", async () => {
    const { batch, run, destination, settle } = await submitted(10_001);
    const [array, plain] = batch.jobs;
    array?.children.set(7000, { status: "FAILED", statusReason: "no Spot capacity" });
    array?.children.set(12, { status: "FAILED", container: { exitCode: exitCodes.interrupted.code } });
    batch.end(plain, "FAILED", { container: { exitCode: 137 } });
    expect(await settle()).toBe(3);
    expect(await readLeftOver(destination, run)).toEqual([12, 7000, 10_000]);
  });

  it("are not those that a worker refused", async () => {
    const { batch, settle, file } = await submitted(2);
    batch.end(batch.jobs[0], "FAILED", { container: { exitCode: exitCodes.refused.code } });
    expect(await settle()).toBe(0);
    expect(file()).toBeUndefined();
  });

  it("are none when all succeeded, and nothing is written", async () => {
    const { settle, file } = await submitted(3);
    expect(await settle()).toBe(0);
    expect(file()).toBeUndefined();
  });

  it("are settled once: the first list stands, whatever is found later", async () => {
    const { batch, run, destination, settle } = await submitted(3);
    batch.jobs[0]?.children.set(1, { status: "FAILED" });
    expect(await settle()).toBe(1);
    batch.jobs[0]?.children.set(2, { status: "FAILED" });
    batch.calls.length = 0;
    expect(await settle()).toBe(1);
    expect(await readLeftOver(destination, run)).toEqual([1]);
    expect(batch.calls).toEqual([]);
  });

  it("are the other watcher's when that one is faster", async () => {
    const { batch, run, destination, settle } = await submitted(3);
    batch.jobs[0]?.children.set(1, { status: "FAILED" });
    batch.between = async ({ operation, serve }) => {
      if (operation === "listjobs") {
        destination.texts.set(runKeys.leftOver(run.runId), '{"version":1,"chunks":[0,1]}');
      }
      return serve();
    };
    expect(await settle()).toBe(2);
  });

  it("are looked for again while AWS Batch lists fewer than it counts", async () => {
    const { batch, run, destination, waits, settle } = await submitted(3);
    for (const index of [0, 2]) batch.jobs[0]?.children.set(index, { status: "FAILED" });
    batch.between = async ({ operation, serve }) => {
      if (operation !== "listjobs" || waits.length >= 2) return serve();
      return { statusCode: 200, body: { jobSummaryList: [] } };
    };
    expect(await settle()).toBe(2);
    expect(await readLeftOver(destination, run)).toEqual([0, 2]);
  });

  it("are those that are listed when AWS Batch never lists as many as it counts", async () => {
    const { batch, run, destination, waits, settle } = await submitted(3);
    for (const index of [0, 2]) batch.jobs[0]?.children.set(index, { status: "FAILED" });
    batch.between = async ({ operation, serve }) =>
      operation === "listjobs"
        ? { statusCode: 200, body: { jobSummaryList: [{ jobId: "job-1:2", arrayProperties: { index: 2 } }] } }
        : serve();
    expect(await settle()).toBe(1);
    expect(await readLeftOver(destination, run)).toEqual([2]);
    expect(waits.length).toBeLessThan(10);
  });

  it("are undefined before they are settled", async () => {
    const { run, destination } = await submitted(3);
    expect(await readLeftOver(destination, run)).toBeUndefined();
  });
});
