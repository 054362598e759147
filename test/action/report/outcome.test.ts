import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exitCodeOf,
  gravest,
  missingDocuments,
  type Outcome,
  outcomeOf,
  outcomes,
} from "../../../action/report/outcome.ts";

interface Counts {
  total: number;
  done?: number;
  failed?: number;
  skipped?: number;
  pagesFailed?: number;
  maxFailurePercent?: number;
  ended?: boolean;
  cancelled?: boolean;
}

function facts(counts: Counts) {
  const { total, done = 0, failed = 0, skipped = 0, pagesFailed = 0 } = counts;
  const { maxFailurePercent = 5, ended = true, cancelled = false } = counts;
  return {
    run: { totals: { documents: total, bytes: 0, alreadyDone: 0 }, maxFailurePercent },
    tally: {
      documents: { done, failed, skipped },
      pages: { total: 1000, recognised: 0, earlierOcr: 0, failed: pagesFailed },
    },
    ended,
    cancelled,
  };
}

test.each<{ name: string; counts: Counts; expected: Outcome }>([
  { name: "all done", counts: { total: 100, done: 100 }, expected: "succeeded" },
  { name: "nothing to do", counts: { total: 0 }, expected: "succeeded" },
  {
    name: "nothing to do and no failure allowed",
    counts: { total: 0, maxFailurePercent: 0 },
    expected: "succeeded",
  },
  { name: "some skipped", counts: { total: 100, done: 90, skipped: 10 }, expected: "succeeded" },
  { name: "as many failed as may", counts: { total: 100, done: 95, failed: 5 }, expected: "partial" },
  { name: "one more failed than may", counts: { total: 100, done: 94, failed: 6 }, expected: "failed" },
  {
    name: "none may fail and one did",
    counts: { total: 100, done: 99, failed: 1, maxFailurePercent: 0 },
    expected: "failed",
  },
  {
    name: "all may fail and all did",
    counts: { total: 3, failed: 3, maxFailurePercent: 100 },
    expected: "partial",
  },
  { name: "only pages failed", counts: { total: 100, done: 100, pagesFailed: 2 }, expected: "partial" },
  {
    name: "only pages failed and no document may",
    counts: { total: 1, done: 1, pagesFailed: 2, maxFailurePercent: 0 },
    expected: "partial",
  },
  { name: "a few never got a result", counts: { total: 100, done: 97 }, expected: "partial" },
  { name: "many never got a result", counts: { total: 100, done: 50 }, expected: "failed" },
  { name: "still at work", counts: { total: 100, done: 50, ended: false }, expected: "running" },
  {
    name: "still at work with many failures",
    counts: { total: 100, failed: 50, ended: false },
    expected: "running",
  },
  {
    name: "not known to have ended, but complete",
    counts: { total: 2, done: 2, ended: false },
    expected: "succeeded",
  },
  { name: "stopped", counts: { total: 100, done: 50, cancelled: true }, expected: "cancelled" },
  {
    name: "stopped before its workers ended",
    counts: { total: 100, done: 50, ended: false, cancelled: true },
    expected: "cancelled",
  },
  {
    name: "stopped when all was done",
    counts: { total: 2, done: 2, cancelled: true },
    expected: "succeeded",
  },
])("$name: $expected", ({ counts, expected }) => {
  expect(outcomeOf(facts(counts))).toBe(expected);
});

test.each([
  { name: "as many as may, in binary fractions a little more", failed: 57, expected: "partial" },
  { name: "one more than may", failed: 58, expected: "failed" },
])("a fraction of a percent: $name", ({ failed, expected }) => {
  const counts = { total: 10_000, done: 10_000 - failed, failed, maxFailurePercent: 0.57 };
  expect(outcomeOf(facts(counts))).toBe(expected);
});

describe("whatever the counts are", () => {
  const someCounts = fc.record({
    total: fc.nat(50),
    done: fc.nat(20),
    failed: fc.nat(20),
    skipped: fc.nat(20),
    pagesFailed: fc.nat(3),
    maxFailurePercent: fc.double({ min: 0, max: 100, noNaN: true }),
    ended: fc.boolean(),
    cancelled: fc.boolean(),
  });

  test("succeeded means that nothing was lost", () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        const { run, tally, ...state } = facts(counts);
        const lost = counts.failed + missingDocuments(run, tally) + counts.pagesFailed;
        if (outcomeOf({ run, tally, ...state }) === "succeeded") expect(lost).toBe(0);
      }),
    );
  });

  test("running and cancelled mean that work is left", () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        const { run, tally, ...state } = facts(counts);
        const outcome = outcomeOf({ run, tally, ...state });
        if (outcome === "running" || outcome === "cancelled") {
          expect(missingDocuments(run, tally)).toBeGreaterThan(0);
        }
      }),
    );
  });

  test("one failure more never makes it better", () => {
    const worse: Outcome[] = ["succeeded", "partial", "failed"];
    fc.assert(
      fc.property(someCounts, (counts) => {
        const ended = { ...counts, ended: true, cancelled: false, total: counts.total + 100 };
        const before = outcomeOf(facts(ended));
        const after = outcomeOf(facts({ ...ended, failed: ended.failed + 1 }));
        expect(worse.indexOf(after)).toBeGreaterThanOrEqual(worse.indexOf(before));
      }),
    );
  });
});

test("only failed and cancelled fail the step", () => {
  expect(outcomes.filter((outcome) => exitCodeOf(outcome) !== 0)).toEqual(["failed", "cancelled"]);
});

test.each([
  { runs: [], all: "succeeded" },
  { runs: ["succeeded", "partial"], all: "partial" },
  { runs: ["running", "partial", "succeeded"], all: "running" },
  { runs: ["succeeded", "cancelled", "running"], all: "cancelled" },
  { runs: ["cancelled", "failed"], all: "failed" },
] satisfies { runs: Outcome[]; all: Outcome }[])("runs that are $runs are $all together", ({ runs, all }) => {
  expect(gravest(runs)).toBe(all);
});
