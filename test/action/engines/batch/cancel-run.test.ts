import { describe, expect, it } from "vitest";
import { cancelBatchRun, stopJobs } from "../../../../action/engines/batch/cancel-run.ts";
import { recordKey } from "../../../../action/engines/batch/job-records.ts";
import { firstRound, leftOverRound } from "../../../../action/engines/batch/jobs-of-run.ts";
import { ensureSubmitted } from "../../../../action/engines/batch/submission.ts";
import { runKeys } from "../../../../worker/contract.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { listeningConsole } from "../../../support/console.ts";
import { madeUpBatch } from "../../../support/made-up-batch.ts";
import { memoryStore } from "../../../support/memory-store.ts";

const run = batchRun({ engine: { capacity: "spot-then-on-demand" } });

function account() {
  const batch = madeUpBatch();
  const client = batch.client();
  const destination = memoryStore();
  const console = listeningConsole();
  let waited = 0;
  const wait = async (seconds: number) => {
    waited += seconds;
  };
  return {
    batch,
    client,
    destination,
    console,
    waited: () => waited,
    submit: (round = firstRound(run)) => ensureSubmitted({ batch: client, destination, wait }, run, round),
    cancel: () => cancelBatchRun(client, destination, run, console, wait),
  };
}

describe("cancelling a run", () => {
  it("ends the jobs of all rounds, and waits until they have ended", async () => {
    const { batch, destination, submit, cancel } = account();
    await submit();
    destination.texts.set(runKeys.leftOver(run.runId), '{"version":1,"chunks":[0,2]}');
    await submit(leftOverRound(2));
    expect(await cancel()).toEqual({ outcome: "cancelled" });
    expect(batch.jobs.map(({ status, statusReason }) => [status, statusReason])).toEqual([
      ["FAILED", "the run run-1 was cancelled"],
      ["FAILED", "the run run-1 was cancelled"],
    ]);
    expect(destination.texts.has(runKeys.cancelled(run.runId))).toBe(true);
    expect(destination.texts.has(runKeys.jobAttempts(run.runId))).toBe(true);
  });

  it("does not wait for ever for a job that does not end", async () => {
    const { batch, submit, cancel, waited } = account();
    await submit();
    batch.between = async ({ operation, serve }) =>
      operation === "terminatejob" ? { statusCode: 200, body: {} } : serve();
    expect(await cancel()).toEqual({ outcome: "cancelled" });
    expect(waited()).toBeGreaterThan(60);
    expect(waited()).toBeLessThan(600);
  });

  it("before anything was submitted keeps it from being submitted", async () => {
    const { batch, submit, cancel, waited } = account();
    await cancel();
    expect(waited()).toBe(0);
    expect(await submit()).toEqual({ outcome: "cancelled" });
    expect(batch.jobs).toEqual([]);
  });

  it("finds a job whose submitter died before it could tell of it, also when AWS Batch lists it late", async () => {
    const { batch, destination, submit, cancel, waited } = account();
    await submit();
    destination.texts.set(recordKey(run, "all", 0, 1), '{"version":1,"state":"claimed"}');
    batch.shows = () => waited() > 20;
    await cancel();
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED"]);
  });

  it("gives up on a claim without a job", async () => {
    const { batch, destination, cancel, waited } = account();
    destination.texts.set(recordKey(run, "all", 0, 1), '{"version":1,"state":"claimed"}');
    expect(await cancel()).toEqual({ outcome: "cancelled" });
    expect(batch.jobs).toEqual([]);
    expect(waited()).toBeLessThan(120);
  });

  it("twice does no harm, and keeps the time of the first", async () => {
    const { destination, submit, cancel } = account();
    await submit();
    await cancel();
    const first = destination.texts.get(runKeys.cancelled(run.runId));
    expect(await cancel()).toEqual({ outcome: "cancelled" });
    expect(destination.texts.get(runKeys.cancelled(run.runId))).toBe(first);
  });

  it("in a hurry asks once, and waits for nothing", async () => {
    const { batch, client, destination, submit, waited } = account();
    await submit();
    await stopJobs(client, destination, run);
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED"]);
    expect(waited()).toBe(0);
  });
});
