import { describe, expect, it } from "vitest";
import { keepJobAttempts, readJobAttempts } from "../../../../action/engines/batch/job-attempts.ts";
import { firstRound, leftOverRound } from "../../../../action/engines/batch/jobs-of-run.ts";
import { ensureSubmitted } from "../../../../action/engines/batch/submission.ts";
import { runKeys } from "../../../../worker/contract.ts";
import { ContractError } from "../../../../worker/run-files.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { madeUpBatch } from "../../../support/made-up-batch.ts";
import { memoryStore } from "../../../support/memory-store.ts";

const run = batchRun();
const key = runKeys.jobAttempts(run.runId);
const startedAt = new Date("2026-01-01T10:00:00Z").getTime();
const stoppedAt = new Date("2026-01-01T10:05:00Z").getTime();
const attempt = { startedAt, stoppedAt, container: { exitCode: 0, logStreamName: "textmill/default/1" } };

async function submitted() {
  const batch = madeUpBatch();
  const client = batch.client();
  const destination = memoryStore();
  const submitter = { batch: client, destination, wait: async () => {} };
  const rounds = [
    await ensureSubmitted(submitter, run, firstRound(run)),
    await ensureSubmitted(submitter, run, leftOverRound(1)),
  ];
  const jobs = rounds.flatMap((round) => (round.outcome === "submitted" ? round.jobs : []));
  const keep = () => keepJobAttempts(client, destination, run, jobs);
  return { batch, destination, keep, read: () => readJobAttempts(destination, run) };
}

describe("the attempts at the jobs of a run", () => {
  it("are none before they are kept", async () => {
    const { read } = await submitted();
    expect(await read()).toEqual([]);
  });

  it("are read as they were kept, with the capacity that each had", async () => {
    const { batch, keep, read } = await submitted();
    batch.jobs[0]?.children.set(1, { status: "SUCCEEDED", attempts: [attempt, attempt] });
    batch.end(batch.jobs[1], "SUCCEEDED", { attempts: [attempt] });
    await keep();
    const kept = {
      version: 1,
      startedAt: "2026-01-01T10:00:00.000Z",
      stoppedAt: "2026-01-01T10:05:00.000Z",
      exitCode: 0,
      reason: "",
      logStream: "textmill/default/1",
    };
    expect(await read()).toEqual([
      { ...kept, kind: "spot", jobId: "job-1:1", attempt: 1, index: 1 },
      { ...kept, kind: "spot", jobId: "job-1:1", attempt: 2, index: 1 },
      { ...kept, kind: "on-demand", jobId: "job-2", attempt: 1, index: 0 },
    ]);
  });

  it("stay when AWS Batch has forgotten the jobs", async () => {
    const { batch, keep, read } = await submitted();
    batch.jobs[0]?.children.set(1, { status: "SUCCEEDED", attempts: [attempt] });
    batch.end(batch.jobs[1], "SUCCEEDED", { attempts: [attempt] });
    await keep();
    const before = await read();
    expect(before).toHaveLength(2);
    batch.shows = ({ jobId }) => jobId === "job-2";
    await keep();
    expect(new Set(await read())).toEqual(new Set(before));
    batch.shows = () => false;
    await keep();
    expect(new Set(await read())).toEqual(new Set(before));
  });

  it.each([
    '{"version":1}',
    '{"version":1,"kind":"tape","jobId":"1","attempt":1,"stoppedAt":"x"}',
    "[]",
    "no",
  ])("are refused when the file holds %s", async (line) => {
    const { destination, read } = await submitted();
    destination.texts.set(key, `${line}\n`);
    await expect(read()).rejects.toThrow(ContractError);
  });
});
