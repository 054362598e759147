import { describe, expect, test } from "vitest";
import { maxSamplePages, maxSamples } from "../../../action/report/tally.ts";
import { doneResult, failedResult, madeUpAttempt, skippedResult, tallyOf, times } from "./made-up.ts";

const pageFailure = (page: number) => ({ page, reason: "timeout", message: "too slow" }) as const;

describe("results", () => {
  test("are counted by what became of them", () => {
    const tally = tallyOf([
      doneResult({ bytes: 10, pages: 4, pagesRecognised: 2, pagesFailed: [pageFailure(3)], characters: 7 }),
      doneResult({ bytes: 20, pages: 1, pagesRecognised: 0, characters: 5, meanConfidence: null }),
      failedResult({ bytes: 40 }),
      skippedResult({ bytes: 80 }),
    ]);
    expect(tally).toMatchObject({
      documents: { done: 2, failed: 1, skipped: 1 },
      bytes: 150,
      pages: { total: 5, recognised: 2, failed: 1 },
      characters: 12,
    });
  });

  test("weigh their confidence by the pages that were recognised", () => {
    const tally = tallyOf([
      doneResult({ pagesRecognised: 1, meanConfidence: 50 }),
      doneResult({ pagesRecognised: 3, meanConfidence: 90 }),
      doneResult({ pagesRecognised: 0, meanConfidence: null }),
    ]);
    expect(tally.confidence).toEqual({ sum: 320, pages: 4 });
  });

  test("are kept as samples of their reason, the first ones only", () => {
    const failures = times(maxSamples + 5, (index) =>
      failedResult({ key: `${index}`, message: "x".repeat(900) }),
    );
    const { failed, skipped } = tallyOf([...failures, failedResult({ reason: "empty" }), skippedResult()]);
    expect([...failed.keys()]).toEqual(["corrupt", "empty"]);
    expect([...skipped.keys()]).toEqual(["unsupported-format"]);
    expect(failed.get("corrupt")?.documents).toBe(maxSamples + 5);
    expect(failed.get("corrupt")?.samples.map(({ key }) => key)).toEqual(times(maxSamples, String));
    expect(failed.get("corrupt")?.samples[0]?.message).toHaveLength(300);
  });

  test("with failed pages are done, and kept as samples of their own", () => {
    const many = times(maxSamplePages + 2, (index) => pageFailure(index + 1));
    const { failedPages, documents } = tallyOf([
      ...times(maxSamples + 1, (index) => doneResult({ key: `${index}`, pages: 9, pagesFailed: many })),
      doneResult(),
    ]);
    expect(documents.failed).toBe(0);
    expect(failedPages.documents).toBe(maxSamples + 1);
    expect([...failedPages.pagesByReason]).toEqual([["timeout", (maxSamples + 1) * many.length]]);
    expect(failedPages.samples).toHaveLength(maxSamples);
    expect(failedPages.samples[0]).toEqual({
      key: "0",
      pages: 9,
      pagesFailed: maxSamplePages + 2,
      failed: many.slice(0, maxSamplePages),
    });
  });
});

describe("attempts", () => {
  const open = { ended: null } as const;
  const interrupted = { ended: { at: "2026-11-24T10:00:30.000Z", why: "interrupted" } } as const;

  test.each([
    { name: "none", chunk: [], expected: { total: 0, open: 0, startedAt: null, lastSeenAt: null } },
    { name: "one that finished", chunk: [{}], expected: { total: 1, finished: 1, open: 0, killed: 0 } },
    {
      name: "one that has not ended",
      chunk: [open],
      expected: { total: 1, finished: 0, open: 1, killed: 0 },
    },
    {
      name: "one that another had to follow",
      chunk: [open, {}],
      expected: { total: 2, finished: 1, open: 0, killed: 1 },
    },
    {
      name: "one that left in time",
      chunk: [interrupted, open],
      expected: { total: 2, interrupted: 1, open: 1, killed: 0 },
    },
  ])("of a chunk: $name", ({ chunk, expected }) => {
    const attempts = chunk.map((changes) => madeUpAttempt(changes));
    expect(tallyOf([], [attempts]).attempts).toMatchObject(expected);
  });

  test("last from the first start to the last sign, over all chunks", () => {
    const early = madeUpAttempt({
      startedAt: "2026-11-24T09:00:00Z",
      updatedAt: "2026-11-24T09:30:00Z",
      ended: null,
    });
    const late = madeUpAttempt({ startedAt: "2026-11-24T09:00:00.500Z", cpuSeconds: 7 });
    expect(tallyOf([], [[late], [early]]).attempts).toMatchObject({
      startedAt: "2026-11-24T09:00:00Z",
      lastSeenAt: "2026-11-24T10:01:40.000Z",
      cpuSeconds: 207,
    });
  });
});
