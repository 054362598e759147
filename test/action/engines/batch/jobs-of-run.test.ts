import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  firstRound,
  isOnBatch,
  jobName,
  leftOverRound,
  piecesOf,
  wantedJob,
} from "../../../../action/engines/batch/jobs-of-run.ts";
import { readInputs } from "../../../../action/inputs.ts";
import { chunkSets } from "../../../../worker/contract.ts";
import { batchRun } from "../../../support/batch-run.ts";

describe("the pieces of a round", () => {
  it.each([
    [0, []],
    [1, [[0, 1]]],
    [2, [[0, 2]]],
    [10_000, [[0, 10_000]]],
    [
      10_001,
      [
        [0, 10_000],
        [10_000, 1],
      ],
    ],
    [
      20_002,
      [
        [0, 10_000],
        [10_000, 10_000],
        [20_000, 2],
      ],
    ],
  ])("of %i chunks", (chunks, pieces) => {
    expect(piecesOf(chunks).map(({ offset, size }) => [offset, size])).toEqual(pieces);
  });

  it("cover every chunk exactly once, in as few jobs as AWS Batch allows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), (chunks) => {
        const pieces = piecesOf(chunks);
        let next = 0;
        for (const { offset, size } of pieces) {
          expect(offset).toBe(next);
          expect(size).toBeGreaterThanOrEqual(1);
          expect(size).toBeLessThanOrEqual(10_000);
          next += size;
        }
        expect(next).toBe(chunks);
        expect(pieces).toHaveLength(Math.ceil(chunks / 10_000));
      }),
    );
  });
});

/** Any name for a run that the inputs accept. */
const runIds = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
  .filter((id) => readInputs(watchOf(id), { cores: 1, region: undefined }).ok);

const watchOf = (id: string) => ({ command: "watch", destination: "out", "run-id": id });

const offsets = fc.integer({ min: 0, max: 9_999_999 });

describe("the name of a job", () => {
  it("is one that AWS Batch takes, for every run that the inputs accept", () => {
    fc.assert(
      fc.property(runIds, fc.uuid(), fc.constantFrom(...chunkSets), offsets, (runId, planId, set, offset) => {
        const name = jobName(batchRun({ runId, planId }), set, offset);
        // https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/);
      }),
    );
  });

  it("is made for every run-id that the inputs accept", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), (text) => {
        const read = readInputs(watchOf(text), { cores: 1, region: undefined });
        if (!read.ok || !("runId" in read.inputs)) return;
        expect(jobName(batchRun({ runId: read.inputs.runId ?? "" }), "all", 0)).toMatch(/^[\w-]{1,128}$/);
      }),
    );
  });

  it("differs between plans, also of runs of one name, and of names that differ in dots or their end only", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 2 }), runIds, (plans, runId) => {
        const [one, other] = plans.map((planId) => jobName(batchRun({ runId, planId }), "all", 0));
        expect(one).not.toBe(other);
      }),
    );
    const names = ["a.b", "a-b", `${"x".repeat(99)}1`, `${"x".repeat(99)}2`].map((runId, index) =>
      jobName(batchRun({ runId, planId: `plan-${index}` }), "all", 0),
    );
    expect(new Set(names).size).toBe(4);
  });

  it("differs between the jobs of a run, and is the same at every call", () => {
    const run = batchRun();
    const names = chunkSets.flatMap((set) => [0, 10_000, 20_000].map((offset) => jobName(run, set, offset)));
    expect(new Set(names).size).toBe(6);
    expect(jobName(batchRun(), "all", 10_000)).toBe(names[1]);
  });
});

describe("the jobs of a round", () => {
  const run = batchRun({ chunks: 7, engine: { capacity: "spot-then-on-demand" } });

  it.each([
    ["spot", "spot"],
    ["on-demand", "on-demand"],
    ["spot-then-on-demand", "spot"],
  ] as const)("with capacity %s begin on %s", (capacity, kind) => {
    expect(firstRound(batchRun({ chunks: 7, engine: { capacity } }))).toEqual({
      chunksOf: "all",
      kind,
      chunks: 7,
    });
  });

  it("tell a worker its run and where its chunks begin; no key travels with them", () => {
    expect(wantedJob(run, firstRound(run), { offset: 10_000, size: 1 })).toEqual({
      name: jobName(run, "all", 10_000),
      queue: run.engine.queues.spot,
      jobDefinition: run.engine.jobDefinition,
      size: 1,
      environment: {
        TEXTMILL_DESTINATION: "s3://made-up/",
        TEXTMILL_RUN_ID: "run-1",
        TEXTMILL_CHUNKS_OF: "all",
        TEXTMILL_CHUNK_OFFSET: "10000",
      },
      tags: run.engine.tags,
    });
  });

  it("of the left-over chunks are on demand", () => {
    expect(wantedJob(run, leftOverRound(2), { offset: 0, size: 2 })).toMatchObject({
      queue: run.engine.queues["on-demand"],
      environment: { TEXTMILL_CHUNKS_OF: "left-over" },
    });
  });

  it("need a queue", () => {
    const spotOnly = batchRun({ engine: { queues: {} } });
    expect(() => wantedJob(spotOnly, firstRound(spotOnly), { offset: 0, size: 2 })).toThrow(/no spot queue/);
  });
});

it("tells a run on AWS Batch from one on this machine", () => {
  expect(isOnBatch(batchRun())).toBe(true);
  expect(isOnBatch({ ...batchRun(), engine: { kind: "local", processes: 1 } })).toBe(false);
});
