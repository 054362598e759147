import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyAttemptSums } from "../../../action/report/attempt-sums.ts";
import { costOf } from "../../../action/report/cost.ts";
import { type CostForecastFacts, forecastCost } from "../../../action/report/cost-forecast.ts";
import { pricesOf } from "../../../action/report/prices.ts";
import { estimatedLogBytes, estimatedRequests } from "../../../action/report/usage.ts";

const prices = pricesOf("us-east-1");
const minutes = (count: number) => count * 60;
const startUp = 61;

/** Chunks of 15 minutes on 4 vCPUs. */
const facts = (changes: Partial<CostForecastFacts> = {}): CostForecastFacts => {
  const chunks = changes.chunks ?? 20;
  return {
    cpuSeconds: chunks * 4 * minutes(15),
    documents: 1000 * chunks,
    outputsPerDocument: 1,
    listedKeys: 1000 * chunks,
    chunks,
    vcpus: 4,
    memoryMib: 8192,
    publicIp: true,
    kind: "spot",
    maxVcpus: 80,
    isRunnerPaid: true,
    ...changes,
  };
};

describe("a forecast", () => {
  test("has the parts of a run in which every chunk is one attempt", () => {
    const { cost, wallSeconds } = forecastCost(facts(), prices);
    const attempts = emptyAttemptSums();
    attempts.spot = {
      attempts: 20,
      usefulMs: 20 * minutes(15) * 1000,
      startUpMs: 20 * startUp * 1000,
      lostMs: 0,
    };
    const requests = estimatedRequests({
      ...facts(),
      attempts: 20,
      attemptSeconds: 20 * minutes(15),
      processes: 4,
      watchedSeconds: startUp + minutes(15),
    });
    const { vcpus, memoryMib, publicIp } = facts();
    expect(cost).toEqual(
      costOf(
        {
          attempts,
          vcpus,
          memoryMib,
          publicIp,
          requests,
          logBytes: estimatedLogBytes(20),
          runnerSeconds: wallSeconds,
          pages: 0,
        },
        prices,
      ),
    );
    expect(wallSeconds).toBe(startUp + minutes(15));
  });

  test("is for the kind of capacity that is asked for", () => {
    const onDemand = forecastCost(facts({ kind: "on-demand" }), prices).cost;
    expect(onDemand.capacity.spot.attempts).toBe(0);
    expect(onDemand.usd).toBeGreaterThan(2 * forecastCost(facts(), prices).cost.usd);
  });

  test("of nothing takes no time", () => {
    const { cost, wallSeconds } = forecastCost(facts({ chunks: 0 }), prices);
    expect(wallSeconds).toBe(0);
    expect(cost.vcpuHours.billed).toBe(0);
    expect(cost.usd).toBeLessThan(0.001);
  });

  test.each<{ name: string; changes: Partial<CostForecastFacts>; seconds: number }>([
    {
      name: "one round where all children fit",
      changes: { chunks: 20, maxVcpus: 80 },
      seconds: startUp + 900,
    },
    {
      name: "a second round for one child more",
      changes: { chunks: 21, maxVcpus: 80 },
      seconds: 2 * (startUp + 900),
    },
    {
      name: "one child at a time where a vCPU or two are left over",
      changes: { chunks: 3, maxVcpus: 7 },
      seconds: 3 * (startUp + 900),
    },
    {
      name: "one child at a time where not even one fits",
      changes: { chunks: 3, maxVcpus: 2 },
      seconds: 3 * (startUp + 900),
    },
    {
      name: "20 launches a second beyond the first hundred",
      changes: { chunks: 1100, maxVcpus: 10_000 },
      seconds: 50 + startUp + 900,
    },
    {
      name: "at least as long as the launches of short chunks",
      changes: { chunks: 100_100, cpuSeconds: 100_100, maxVcpus: 100_000 },
      seconds: 5000 + startUp + 0.25,
    },
  ])("takes $name", ({ changes, seconds }) => {
    expect(forecastCost(facts(changes), prices).wallSeconds).toBeCloseTo(seconds, 6);
  });

  test("is never shorter than the work takes all vCPUs, nor cheaper for more work", () => {
    const many = fc.record({
      chunks: fc.integer({ min: 1, max: 100_000 }),
      cpuSeconds: fc.integer({ min: 1, max: 1e9 }),
      maxVcpus: fc.integer({ min: 4, max: 16_000 }),
    });
    fc.assert(
      fc.property(many, fc.nat(1e8), (changes, more) => {
        const { cost, wallSeconds } = forecastCost(facts(changes), prices);
        const larger = forecastCost(facts({ ...changes, cpuSeconds: changes.cpuSeconds + more }), prices);
        expect(wallSeconds).toBeGreaterThanOrEqual(changes.cpuSeconds / changes.maxVcpus);
        expect(larger.cost.usd).toBeGreaterThanOrEqual(cost.usd);
        expect(larger.wallSeconds).toBeGreaterThanOrEqual(wallSeconds);
      }),
    );
  });
});
