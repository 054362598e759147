/** Spot prices move from day to day: these are today's, from the feed behind AWS's own page of prices. */

import type { ComputePrices, Prices } from "./prices.ts";

/**
 * Read by https://aws.amazon.com/fargate/pricing/, for AWS's price list API has no Spot prices. Nothing
 * promises that it stays, so whatever is odd about it leaves the table's prices in force.
 */
const feed = "https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json";
const timeoutMs = 5000;

/** A Spot price further above the one on demand than this is a fault of the feed. */
const highestShareOfOnDemand = 1.2;

export type RefreshedPrices =
  | { outcome: "refreshed"; prices: Prices }
  /** The same prices, and why they are no newer. */
  | { outcome: "kept"; prices: Prices; reason: string };

/** Never throws: an estimate must not end a run. */
export async function refreshSpotPrices(
  fetch: typeof globalThis.fetch,
  prices: Prices,
  now = new Date(),
): Promise<RefreshedPrices> {
  try {
    const response = await fetch(feed, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const spot = spotPricesIn(await response.json(), prices);
    const basis = { ...prices.basis, spotFrom: "feed", spotAsOf: now.toISOString() } as const;
    return { outcome: "refreshed", prices: { ...prices, spot, basis } };
  } catch (error) {
    return { outcome: "kept", prices, reason: `${feed}: ${messageOf(error)}` };
  }
}

/** That of a failed fetch is in its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function spotPricesIn(content: unknown, { onDemand, basis }: Prices): ComputePrices {
  const list = fieldOf(content, "prices");
  if (!Array.isArray(list)) throw new Error("it has no list of prices");
  const entries = list.filter(
    (entry) => fieldOf(fieldOf(entry, "attributes"), "aws:region") === basis.region,
  );
  // Prices of other processors have units with a prefix: ARM-vCPU-Hours.
  return {
    vcpuHour: onlyPrice(entries, "vCPU-Hours", onDemand.vcpuHour),
    gbHour: onlyPrice(entries, "GB-Hours", onDemand.gbHour),
  };
}

function onlyPrice(entries: unknown[], unit: string, onDemand: number): number {
  const ofUnit = entries.filter((entry) => fieldOf(entry, "unit") === unit);
  const [price = Number.NaN, ...others] = new Set(ofUnit.map(dollarsOf));
  const isSane = price > 0 && price <= onDemand * highestShareOfOnDemand;
  if (!isSane || others.length > 0) throw new Error(`it has no single sane price of the region's ${unit}`);
  return price;
}

/** A decimal number, which the feed writes as text. */
function dollarsOf(entry: unknown): number {
  const usd = fieldOf(fieldOf(entry, "price"), "USD");
  return typeof usd === "number" || (typeof usd === "string" && usd !== "") ? Number(usd) : Number.NaN;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
