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
  const client = batch.client();
  const destination = memoryStore();
  const wait = async () => {};
  const submission = await ensureSubmitted({ batch: client, destination, wait }, run, firstRound(run));
  if (submission.outcome !== "submitted") throw new Error("The run was not submitted.");
  for (const job of batch.jobs) batch.end(job, "SUCCEEDED");
  const settle = () => settleLeftOver(client, destination, run, submission.jobs);
  return { run, batch, destination, settle, file: () => destination.texts.get(runKeys.leftOver(run.runId)) };
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

  it("are undefined before they are settled", async () => {
    const { run, destination } = await submitted(3);
    expect(await readLeftOver(destination, run)).toBeUndefined();
  });
});
