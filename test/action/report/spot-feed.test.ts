import { describe, expect, test, vi } from "vitest";
import { pricesOf } from "../../../action/report/prices.ts";
import { refreshSpotPrices } from "../../../action/report/spot-feed.ts";

const now = new Date("2026-11-24T10:00:00.000Z");
const entry = (unit: string, usd: unknown, region = "eu-west-1") => ({
  unit,
  price: { USD: usd },
  attributes: { "aws:region": region },
});
const answer = (content: unknown) => async () => new Response(JSON.stringify(content));

describe("Spot prices", () => {
  test("are the feed's for the run's region and processor", async () => {
    const asked: unknown[] = [];
    const fetch = async (url: unknown) => {
      asked.push(url);
      const prices = [
        entry("vCPU-Hours", "0.0200", "us-east-1"),
        entry("ARM-vCPU-Hours", "0.0099"),
        entry("vCPU-Hours", "0.0131"),
        entry("GB-Hours", 0.0014),
      ];
      return new Response(JSON.stringify({ prices }));
    };
    const prices = pricesOf("eu-west-1");
    expect(await refreshSpotPrices(fetch, prices, now)).toEqual({
      outcome: "refreshed",
      prices: {
        ...prices,
        spot: { vcpuHour: 0.0131, gbHour: 0.0014 },
        basis: { ...prices.basis, spotFrom: "feed", spotAsOf: "2026-11-24T10:00:00.000Z" },
      },
    });
    expect(asked).toEqual(["https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json"]);
  });

  test("are the feed's for a region that the table does not know", async () => {
    const prices = [entry("vCPU-Hours", "0.0233", "sa-east-1"), entry("GB-Hours", "0.0025", "sa-east-1")];
    const refreshed = await refreshSpotPrices(answer({ prices }), pricesOf("sa-east-1"), now);
    expect(refreshed).toMatchObject({
      outcome: "refreshed",
      prices: { spot: { vcpuHour: 0.0233, gbHour: 0.0025 } },
    });
  });

  const gb = entry("GB-Hours", "0.0014");
  const withVcpu = (...usd: unknown[]) => ({
    prices: [gb, ...usd.map((value) => entry("vCPU-Hours", value))],
  });
  test.each<{ name: string; fetch: typeof globalThis.fetch; reason: string }>([
    {
      name: "nothing answers",
      fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("no such host") })),
      reason: "fetch failed: no such host",
    },
    {
      name: "what is thrown is no error",
      fetch: () => Promise.reject("no network"),
      reason: "no network",
    },
    {
      name: "the answer is an error",
      fetch: async () => new Response("", { status: 403 }),
      reason: "HTTP status 403",
    },
    { name: "it is no JSON", fetch: async () => new Response("<html>"), reason: "JSON" },
    { name: "it is nothing", fetch: answer(null), reason: "no list of prices" },
    { name: "it has another shape", fetch: answer({ prices: {} }), reason: "no list of prices" },
    {
      name: "its entries have another shape",
      fetch: answer({ prices: [null, 1, { unit: 1 }] }),
      reason: "vCPU-Hours",
    },
    { name: "it lacks the region", fetch: answer({ prices: [] }), reason: "vCPU-Hours" },
    { name: "it lacks memory", fetch: answer({ prices: [entry("vCPU-Hours", "0.01")] }), reason: "GB-Hours" },
    { name: "a price is nothing", fetch: answer(withVcpu("0")), reason: "vCPU-Hours" },
    { name: "a price is negative", fetch: answer(withVcpu(-0.01)), reason: "vCPU-Hours" },
    { name: "a price is empty", fetch: answer(withVcpu("")), reason: "vCPU-Hours" },
    { name: "a price is words", fetch: answer(withVcpu("cheap")), reason: "vCPU-Hours" },
    { name: "a price is no number", fetch: answer(withVcpu([0.01])), reason: "vCPU-Hours" },
    {
      name: "a price is far above the one on demand",
      fetch: answer(withVcpu("0.0486")),
      reason: "vCPU-Hours",
    },
    { name: "there are two prices", fetch: answer(withVcpu("0.012", "0.013")), reason: "vCPU-Hours" },
  ])("stay the table's when $name", async ({ fetch, reason }) => {
    const prices = pricesOf("eu-west-1");
    const kept = await refreshSpotPrices(fetch, prices, now);
    expect(kept).toEqual({ outcome: "kept", prices, reason: expect.stringContaining(reason) });
  });

  test("are not waited for longer than five seconds", async () => {
    const timedOut = AbortSignal.abort(new DOMException("The operation timed out", "TimeoutError"));
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(timedOut);
    try {
      const untilAborted: typeof globalThis.fetch = async (_url, init) => {
        init?.signal?.throwIfAborted();
        return new Response("");
      };
      const prices = pricesOf("us-east-1");
      const kept = await refreshSpotPrices(untilAborted, prices, now);
      expect(kept).toEqual({ outcome: "kept", prices, reason: expect.stringContaining("timed out") });
      expect(timeout).toHaveBeenCalledWith(5000);
    } finally {
      timeout.mockRestore();
    }
  });
});
