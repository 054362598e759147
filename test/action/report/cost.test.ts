import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AttemptSums, emptyAttemptSums } from "../../../action/report/attempt-sums.ts";
import { type Cost, type CostFacts, costOf } from "../../../action/report/cost.ts";
import { type Prices, pricesOf } from "../../../action/report/prices.ts";

/** Round figures, so that the sums below can be done in one's head. */
const prices: Prices = {
  ...pricesOf("us-east-1"),
  onDemand: { vcpuHour: 0.04, gbHour: 0.004 },
  spot: { vcpuHour: 0.01, gbHour: 0.001 },
  extras: { publicIpv4Hour: 0.005, s3WritesPer1000: 0.005, s3ReadsPer1000: 0.0004, logsPerGb: 0.5 },
};

const hour = 3_600_000;
const nothing = { attempts: 0, usefulMs: 0, startUpMs: 0, lostMs: 0 };
const facts: CostFacts = {
  attempts: {
    spot: { attempts: 50, usefulMs: 80 * hour, startUpMs: 5 * hour, lostMs: 15 * hour },
    "on-demand": { attempts: 5, usefulMs: 9 * hour, startUpMs: hour, lostMs: 0 },
  },
  vcpus: 4,
  memoryMib: 8192,
  publicIp: true,
  requests: { writes: 100_000, reads: 50_000, lists: 1000 },
  logBytes: 2e9,
  runnerSeconds: 601,
  pages: 1_000_000,
};

describe("a cost", () => {
  test("has every component at its price", () => {
    const { components, usd } = costOf(facts, prices);
    expect(components.vcpu).toBeCloseTo(100 * 4 * 0.01 + 10 * 4 * 0.04, 9);
    expect(components.memory).toBeCloseTo(100 * 8 * 0.001 + 10 * 8 * 0.004, 9);
    expect(components.publicIpv4).toBeCloseTo(110 * 0.005, 9);
    expect(components.s3Requests).toBeCloseTo(101 * 0.005 + 50 * 0.0004, 9);
    expect(components.logs).toBeCloseTo(1, 9);
    expect(components.runner).toBeCloseTo(11 * 0.006, 9);
    expect(usd).toBeCloseTo(5.6 + 1.12 + 0.55 + 0.525 + 1 + 0.066, 9);
  });

  test("tells what the containers' time went to, and on which capacity", () => {
    const { compute, capacity, vcpuHours } = costOf(facts, prices);
    // A child costs $0.048 an hour on Spot, $0.192 on demand.
    expect(compute.useful.usd).toBeCloseTo(80 * 0.048 + 9 * 0.192, 9);
    expect(compute.startUp.usd).toBeCloseTo(5 * 0.048 + 0.192, 9);
    expect(compute.lost.usd).toBeCloseTo(15 * 0.048, 9);
    expect(compute.lost.seconds).toBe(15 * 3600);
    expect(capacity.spot).toEqual({ attempts: 50, seconds: 360_000, usd: expect.closeTo(4.8, 9) });
    expect(capacity["on-demand"]).toEqual({ attempts: 5, seconds: 36_000, usd: expect.closeTo(1.92, 9) });
    expect(vcpuHours).toEqual({ billed: 440, useful: 356 });
  });

  test("stands beside what the same pages cost elsewhere", () => {
    const cost = costOf(facts, prices);
    expect(cost.usdPer1000Pages).toBeCloseTo(cost.usd / 1000, 12);
    expect(cost.comparison).toEqual({
      googleVision: expect.closeTo(1498.5, 6),
      textract: expect.closeTo(1500, 6),
    });
  });

  test("has no price of a page where there are none", () => {
    expect(costOf({ ...facts, pages: 0 }, prices)).toMatchObject({ usdPer1000Pages: null, comparison: null });
  });

  test("has no address to pay for in a private network", () => {
    expect(costOf({ ...facts, publicIp: false }, prices).components.publicIpv4).toBe(0);
  });

  test.each([
    { name: "saved by Spot what the discount is worth", lost: 0, saved: 85 * 0.144 },
    { name: "saved by Spot less for what was lost", lost: 15, saved: 85 * 0.144 - 15 * 0.048 },
    { name: "saved nothing by Spot that lost too much", lost: 300, saved: 85 * 0.144 - 300 * 0.048 },
  ])("$name", ({ lost, saved }) => {
    const spot = { ...facts.attempts.spot, lostMs: lost * hour };
    const cost = costOf({ ...facts, attempts: { ...facts.attempts, spot } }, prices);
    expect(cost.savedBySpot).toBeCloseTo(saved, 9);
  });

  test("is nothing for nothing", () => {
    const cost = costOf(
      {
        ...facts,
        attempts: emptyAttemptSums(),
        requests: { writes: 0, reads: 0, lists: 0 },
        logBytes: 0,
        runnerSeconds: 0,
      },
      prices,
    );
    expect(cost).toMatchObject({ usd: 0, vcpuHours: { billed: 0, useful: 0 }, savedBySpot: 0 });
  });

  test("says what it rests on", () => {
    const { basis } = costOf(facts, pricesOf("eu-central-1"));
    expect(basis).toMatchObject({
      region: "eu-central-1",
      spotFrom: "discount",
      startUpSecondsPerAttempt: 61,
    });
  });
});

// --- Rules -------------------------------------------------------------------------------------------

const ms = fc.nat({ max: 2 ** 45 });
const time = fc.record({ attempts: fc.nat(), usefulMs: ms, startUpMs: ms, lostMs: ms });
const sums: fc.Arbitrary<AttemptSums> = fc.record({ spot: time, "on-demand": time });
const anyFacts: fc.Arbitrary<CostFacts> = fc.record({
  attempts: sums,
  vcpus: fc.constantFrom(0.25, 1, 4, 16),
  memoryMib: fc.constantFrom(512, 2048, 8192),
  publicIp: fc.boolean(),
  requests: fc.record({ writes: fc.nat(), reads: fc.nat(), lists: fc.nat() }),
  logBytes: fc.nat(),
  runnerSeconds: fc.nat(),
  pages: fc.nat(),
});

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
const total = (parts: { usd: number }[]) => parts.reduce((sum, { usd }) => sum + usd, 0);

describe("the parts of any cost", () => {
  test("sum to the whole, whichever way it is cut", () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const cost: Cost = costOf(any, prices);
        const ofCompute = cost.components.vcpu + cost.components.memory;
        return (
          near(
            Object.values(cost.components).reduce((a, b) => a + b, 0),
            cost.usd,
          ) &&
          near(total(Object.values(cost.compute)), ofCompute) &&
          near(total(Object.values(cost.capacity)), ofCompute)
        );
      }),
    );
  });

  test("never fall with more time, of whatever kind", () => {
    const kinds = fc.constantFrom("spot" as const, "on-demand" as const);
    const parts = fc.constantFrom("usefulMs" as const, "startUpMs" as const, "lostMs" as const);
    fc.assert(
      fc.property(anyFacts, kinds, parts, ms, (any, kind, part, more) => {
        const longer = { ...any.attempts[kind], [part]: any.attempts[kind][part] + more };
        const cost = costOf({ ...any, attempts: { ...any.attempts, [kind]: longer } }, prices);
        return cost.usd >= costOf(any, prices).usd;
      }),
    );
  });

  test("are all on demand where there was no Spot", () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const cost = costOf({ ...any, attempts: { ...any.attempts, spot: nothing } }, prices);
        return cost.capacity.spot.usd === 0 && cost.savedBySpot === 0;
      }),
    );
  });
});
