import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AttemptSums,
  addAttempt,
  type BilledAttempt,
  billedMs,
  emptyAttemptSums,
  startUpSeconds,
} from "../../../action/report/attempt-sums.ts";

const startUpMs = startUpSeconds * 1000;
const nothing = { attempts: 0, usefulMs: 0, startUpMs: 0, lostMs: 0 };

function sumsOf(attempts: readonly BilledAttempt[]): AttemptSums {
  const sums = emptyAttemptSums();
  for (const attempt of attempts) addAttempt(sums, attempt);
  return sums;
}

const attempt = (changes: Partial<BilledAttempt>): BilledAttempt => ({
  kind: "spot",
  seconds: 100,
  ended: "finished",
  keptShare: 1,
  ...changes,
});

describe("an attempt", () => {
  test.each<{ name: string; changes: Partial<BilledAttempt>; usefulMs: number; lostMs: number }>([
    { name: "that finished is useful", changes: {}, usefulMs: 100_000, lostMs: 0 },
    {
      name: "that finished is useful although its documents have later results",
      changes: { keptShare: 0 },
      usefulMs: 100_000,
      lostMs: 0,
    },
    {
      name: "that runs is not lost yet",
      changes: { ended: "running", keptShare: 0.5 },
      usefulMs: 100_000,
      lostMs: 0,
    },
    {
      name: "that was interrupted is useful as far as its results were kept",
      changes: { ended: "interrupted", keptShare: 0.75 },
      usefulMs: 75_000,
      lostMs: 25_000,
    },
    {
      name: "that failed with nothing kept is lost",
      changes: { ended: "failed", keptShare: 0 },
      usefulMs: 0,
      lostMs: 100_000,
    },
    {
      name: "that never started has a start-up",
      changes: { ended: "failed", keptShare: 0, seconds: 0 },
      usefulMs: 0,
      lostMs: 0,
    },
    {
      name: "that ended before it started, by disagreeing clocks, took no time",
      changes: { seconds: -3 },
      usefulMs: 0,
      lostMs: 0,
    },
  ])("$name", ({ changes, usefulMs, lostMs }) => {
    expect(sumsOf([attempt(changes)])).toEqual({
      spot: { attempts: 1, usefulMs, startUpMs, lostMs },
      "on-demand": nothing,
    });
  });

  test("belongs to its kind of capacity", () => {
    const { spot, "on-demand": onDemand } = sumsOf([attempt({ kind: "on-demand" })]);
    expect(spot).toEqual(nothing);
    expect(onDemand).toMatchObject({ attempts: 1, usefulMs: 100_000 });
  });
});

const attempts = fc.array(
  fc.record({
    kind: fc.constantFrom("spot" as const, "on-demand" as const),
    seconds: fc.double({ min: 0, max: 1_209_600, noNaN: true }),
    ended: fc.constantFrom(
      "finished" as const,
      "interrupted" as const,
      "failed" as const,
      "running" as const,
    ),
    keptShare: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 50 },
);

describe("the sums of attempts", () => {
  test("are exactly the sums over the attempts, each billed for what it took", () => {
    fc.assert(
      fc.property(attempts, (all) => {
        const { spot, "on-demand": onDemand } = sumsOf(all);
        const alone = all.map((one) => sumsOf([one])).flatMap((sums) => [sums.spot, sums["on-demand"]]);
        for (const part of ["attempts", "usefulMs", "startUpMs", "lostMs"] as const) {
          expect(spot[part] + onDemand[part]).toBe(alone.reduce((sum, time) => sum + time[part], 0));
        }
        const taken = all.reduce((sum, { seconds }) => sum + Math.round(seconds * 1000), 0);
        expect(billedMs(spot) + billedMs(onDemand)).toBe(taken + all.length * startUpMs);
      }),
    );
  });

  test("do not depend on the order", () => {
    const shuffled = attempts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(sumsOf(others)).toEqual(sumsOf(all));
      }),
    );
  });

  test("have nothing lost where everything was kept, and no negative time", () => {
    fc.assert(
      fc.property(attempts, (all) => {
        const kept = sumsOf(all.map((one) => ({ ...one, keptShare: 1 })));
        expect(kept.spot.lostMs + kept["on-demand"].lostMs).toBe(0);
        for (const { usefulMs, lostMs } of Object.values(sumsOf(all))) {
          expect(Math.min(usefulMs, lostMs)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test("never bill an attempt for less than a minute", () => {
    fc.assert(
      fc.property(attempts, (all) => {
        for (const time of Object.values(sumsOf(all))) {
          expect(billedMs(time)).toBeGreaterThanOrEqual(time.attempts * 60_000);
        }
      }),
    );
  });

  test("are the same for many attempts alike at once", () => {
    const one = attempt({ ended: "interrupted", keptShare: 1 / 3 });
    const sums = emptyAttemptSums();
    addAttempt(sums, one, 1000);
    expect(sums).toEqual(sumsOf(Array.from({ length: 1000 }, () => one)));
  });
});
