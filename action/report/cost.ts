/** What a run on AWS Batch costs, from the time of its attempts and the requests they made. */

import type { CapacityKind } from "../../worker/contract.ts";
import { type AttemptSums, type BilledTime, billedMs, startUpSeconds } from "./attempt-sums.ts";
import { type ComputePrices, type PriceBasis, type Prices, priceOfPages } from "./prices.ts";
import type { S3Requests } from "./usage.ts";

export interface CostFacts {
  attempts: AttemptSums;
  /** Of each child. */
  vcpus: number;
  memoryMib: number;
  /** Whether each child has a public IPv4 address. */
  publicIp: boolean;
  requests: S3Requests;
  logBytes: number;
  /** Of the jobs on GitHub's runners that planned and watched; 0 where they are free. */
  runnerSeconds: number;
  /** Of the documents that are done; 0 where they are not known. */
  pages: number;
}

/** In `report.json`. Money is in US dollars without tax, never rounded; time is that of containers. */
export interface Cost {
  usd: number;
  components: {
    vcpu: number;
    memory: number;
    publicIpv4: number;
    s3Requests: number;
    logs: number;
    runner: number;
  };
  /** vCPUs and memory once more, by what the time was spent on (see `BilledTime`). */
  compute: { useful: TimePart; startUp: TimePart; lost: TimePart };
  /** And once more, by the kind of capacity. */
  capacity: Record<CapacityKind, TimePart & { attempts: number }>;
  vcpuHours: { billed: number; useful: number };
  usdPer1000Pages: number | null;
  /** The same pages elsewhere, had they been the only ones of a month. */
  comparison: { googleVision: number; textract: number } | null;
  /**
   * What the work done on Spot would have cost more on demand, where nothing is lost to interruptions. Negative
   * when more was lost than the discount was worth.
   */
  savedBySpot: number;
  requests: S3Requests;
  basis: PriceBasis & { startUpSecondsPerAttempt: number };
}

export interface TimePart {
  seconds: number;
  usd: number;
}

const kinds: readonly CapacityKind[] = ["spot", "on-demand"];
const msPerHour = 3_600_000;

export function costOf(facts: CostFacts, prices: Prices): Cost {
  const { attempts, pages } = facts;
  const components = componentsOf(facts, prices);
  const usd = Object.values(components).reduce((sum, part) => sum + part, 0);
  const part = (msOf: (time: BilledTime) => number) => timePart(facts, prices, msOf);
  const useful = part(({ usefulMs }) => usefulMs);
  return {
    usd,
    components,
    compute: { useful, startUp: part(({ startUpMs }) => startUpMs), lost: part(({ lostMs }) => lostMs) },
    capacity: {
      spot: capacityPart(facts, prices, "spot"),
      "on-demand": capacityPart(facts, prices, "on-demand"),
    },
    vcpuHours: {
      billed: (facts.vcpus * totalMs(attempts, billedMs)) / msPerHour,
      useful: (facts.vcpus * useful.seconds) / 3600,
    },
    usdPer1000Pages: pages > 0 ? (usd * 1000) / pages : null,
    comparison:
      pages > 0
        ? {
            googleVision: priceOfPages(pages, prices.pagesOfAMonth.googleVision),
            textract: priceOfPages(pages, prices.pagesOfAMonth.textract),
          }
        : null,
    savedBySpot: savedBySpot(facts, prices),
    requests: facts.requests,
    basis: { ...prices.basis, startUpSecondsPerAttempt: startUpSeconds },
  };
}

function componentsOf(facts: CostFacts, prices: Prices): Cost["components"] {
  const { attempts, vcpus, requests } = facts;
  const { extras } = prices;
  const hours = (kind: CapacityKind) => billedMs(attempts[kind]) / msPerHour;
  const sum = (usdOf: (kind: CapacityKind) => number) => kinds.reduce((usd, kind) => usd + usdOf(kind), 0);
  return {
    vcpu: sum((kind) => hours(kind) * vcpus * computePrices(prices, kind).vcpuHour),
    memory: sum((kind) => hours(kind) * gigabytes(facts) * computePrices(prices, kind).gbHour),
    publicIpv4: facts.publicIp ? sum((kind) => hours(kind) * extras.publicIpv4Hour) : 0,
    s3Requests:
      ((requests.writes + requests.lists) * extras.s3WritesPer1000 + requests.reads * extras.s3ReadsPer1000) /
      1000,
    // Of the two meanings of a GB, the one that costs more.
    logs: (facts.logBytes / 1e9) * extras.logsPerGb,
    // Each begun minute counts.
    runner: Math.ceil(facts.runnerSeconds / 60) * prices.runnerMinute,
  };
}

const computePrices = (prices: Prices, kind: CapacityKind): ComputePrices =>
  kind === "spot" ? prices.spot : prices.onDemand;

const gigabytes = ({ memoryMib }: CostFacts) => memoryMib / 1024;

/** vCPUs and memory of one child for an hour. */
function usdPerHour(facts: CostFacts, { vcpuHour, gbHour }: ComputePrices): number {
  return facts.vcpus * vcpuHour + gigabytes(facts) * gbHour;
}

function timePart(facts: CostFacts, prices: Prices, msOf: (time: BilledTime) => number): TimePart {
  const usdOf = (kind: CapacityKind) =>
    (msOf(facts.attempts[kind]) / msPerHour) * usdPerHour(facts, computePrices(prices, kind));
  return { seconds: totalMs(facts.attempts, msOf) / 1000, usd: usdOf("spot") + usdOf("on-demand") };
}

const totalMs = (attempts: AttemptSums, msOf: (time: BilledTime) => number) =>
  msOf(attempts.spot) + msOf(attempts["on-demand"]);

function capacityPart(facts: CostFacts, prices: Prices, kind: CapacityKind) {
  const time = facts.attempts[kind];
  const ms = billedMs(time);
  const usd = (ms / msPerHour) * usdPerHour(facts, computePrices(prices, kind));
  return { attempts: time.attempts, seconds: ms / 1000, usd };
}

function savedBySpot(facts: CostFacts, prices: Prices): number {
  const { usefulMs, startUpMs, lostMs } = facts.attempts.spot;
  const onDemand = (usefulMs + startUpMs) * usdPerHour(facts, prices.onDemand);
  const onSpot = (usefulMs + startUpMs + lostMs) * usdPerHour(facts, prices.spot);
  return (onDemand - onSpot) / msPerHour;
}
