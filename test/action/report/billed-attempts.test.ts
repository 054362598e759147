import { describe, expect, test } from "vitest";
import { type AttemptSums, addAttempt, emptyAttemptSums } from "../../../action/report/attempt-sums.ts";
import {
  addChunk,
  sumAttempts,
  type ToldAttempt,
  type WorkerAttempts,
} from "../../../action/report/billed-attempts.ts";
import { type Attempt, type DocumentResult, exitCodes } from "../../../worker/contract.ts";
import { doneResult, failedResult, madeUpAttempt, skippedResult } from "./made-up.ts";

const told = (changes: Partial<ToldAttempt> = {}): ToldAttempt => ({
  kind: "spot",
  jobId: "job:0",
  attempt: 1,
  startedAt: "2026-11-24T10:00:00.000Z",
  stoppedAt: "2026-11-24T10:10:00.000Z",
  exitCode: exitCodes.finished.code,
  ...changes,
});

/** Of the worker's first attempt at its chunk, 8 pages. */
const worker = (changes: Partial<Attempt> = {}) =>
  madeUpAttempt({ job: { id: "job:0", attempt: 1, chunksOf: "all" }, pages: 8, ...changes });

function sumsOf(toldAttempts: ToldAttempt[], attempts: Attempt[], results: DocumentResult[]): AttemptSums {
  const known: WorkerAttempts = new Map();
  addChunk(known, { attempts, results });
  return sumAttempts(toldAttempts, known, { capacity: "spot-then-on-demand" });
}

function alone(...attempts: Parameters<typeof addAttempt>[1][]): AttemptSums {
  const sums = emptyAttemptSums();
  for (const attempt of attempts) addAttempt(sums, attempt);
  return sums;
}

const interrupted = { exitCode: exitCodes.interrupted.code };

describe("an attempt that AWS Batch tells of", () => {
  test("is billed from its start to its end, whatever the worker's clock says", () => {
    expect(sumsOf([told()], [worker()], [])).toEqual(
      alone({ kind: "spot", seconds: 600, ended: "finished", keptShare: 0 }),
    );
  });

  test.each<{ name: string; results: DocumentResult[]; keptShare: number }>([
    { name: "all of its pages", results: [doneResult({ pages: 8 })], keptShare: 1 },
    {
      name: "all but those of the document in flight",
      results: [doneResult({ pages: 4 }), doneResult({ pages: 2 })],
      keptShare: 0.75,
    },
    { name: "none that another attempt did", results: [doneResult({ pages: 8, attempt: 2 })], keptShare: 0 },
    {
      name: "none of documents that failed",
      results: [failedResult(), skippedResult(), doneResult({ pages: 2 })],
      keptShare: 0.25,
    },
    { name: "no more than all", results: [doneResult({ pages: 80 })], keptShare: 1 },
  ])("that was interrupted keeps $name", ({ results, keptShare }) => {
    expect(sumsOf([told(interrupted)], [worker()], results)).toEqual(
      alone({ kind: "spot", seconds: 600, ended: "interrupted", keptShare }),
    );
  });

  test("keeps nothing of no pages", () => {
    const sums = sumsOf([told(interrupted)], [worker({ pages: 0 })], [failedResult()]);
    expect(sums.spot).toMatchObject({ usefulMs: 0, lostMs: 600_000 });
  });

  test.each([exitCodes.broken.code, 137, null])("with exit code %j has failed", (exitCode) => {
    expect(sumsOf([told({ exitCode })], [], [])).toEqual(
      alone({ kind: "spot", seconds: 600, ended: "failed", keptShare: 0 }),
    );
  });

  test("that never started is billed for its start-up alone", () => {
    const sums = sumsOf([told({ startedAt: null, exitCode: null })], [], []);
    expect(sums.spot).toMatchObject({ attempts: 1, usefulMs: 0, lostMs: 0 });
    expect(sums.spot.startUpMs).toBeGreaterThanOrEqual(60_000);
  });
});

describe("an attempt that AWS Batch does not tell of yet", () => {
  test("is billed as far as its worker wrote, on the capacity of its job", () => {
    const times = { ended: null, updatedAt: "2026-11-24T10:05:00.000Z" };
    const onSpot = worker(times);
    const onDemand = worker({ ...times, job: { id: "other:0", attempt: 1, chunksOf: "left-over" } });
    expect(sumsOf([], [onSpot, onDemand], [])).toEqual(
      alone(
        { kind: "spot", seconds: 300, ended: "running", keptShare: 0 },
        { kind: "on-demand", seconds: 300, ended: "running", keptShare: 0 },
      ),
    );
  });

  test("is another one of the same job", () => {
    const second = worker({
      attempt: 2,
      job: { id: "other:0", attempt: 2, chunksOf: "left-over" },
      ended: null,
    });
    const sums = sumsOf([told(interrupted)], [worker(), second], [doneResult({ pages: 8 })]);
    expect(sums.spot).toMatchObject({ attempts: 1, usefulMs: 600_000, lostMs: 0 });
    expect(sums["on-demand"]).toMatchObject({ attempts: 1, usefulMs: 60_000 });
  });
});

test("attempts outside of AWS Batch are not billed", () => {
  expect(sumsOf([], [worker({ job: null })], [])).toEqual(emptyAttemptSums());
});
