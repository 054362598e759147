/** What AWS, GitHub and the services that Textmill is compared with charge: a dated table in one file. */

import listed from "./prices.json" with { type: "json" };

/** US dollars, as all prices here. Fargate's GB is 1,024 MiB. */
export interface ComputePrices {
  vcpuHour: number;
  gbHour: number;
}

/** What is paid beside vCPUs and memory. */
export interface ExtraPrices {
  publicIpv4Hour: number;
  /** S3: PUT and LIST. */
  s3WritesPer1000: number;
  s3ReadsPer1000: number;
  logsPerGb: number;
}

/** In ascending order; the last has no end. */
export type PageTiers = { upTo: number | null; per1000: number }[];

export interface PriceTable {
  /** ISO 8601, a day. */
  asOf: string;
  /** us-east-1 has all of them, other regions what is known. */
  regions: ReadonlyMap<string, RegionPrices>;
  runnerMinute: number;
  pagesOfAMonth: { googleVision: PageTiers; textract: PageTiers };
}

interface RegionPrices {
  onDemand: ComputePrices;
  spot?: ComputePrices;
  extras?: ExtraPrices;
}

/** The prices of one region, each known or estimated; `basis` says which. */
export interface Prices {
  onDemand: ComputePrices;
  spot: ComputePrices;
  extras: ExtraPrices;
  runnerMinute: number;
  pagesOfAMonth: PriceTable["pagesOfAMonth"];
  basis: PriceBasis;
}

export interface PriceBasis {
  /** The region of the run. */
  region: string;
  /** Whose price of Fargate is taken, and whose of addresses, requests and logs. */
  computeRegion: string;
  extrasRegion: string;
  asOf: string;
  /** A day, or the instant at which AWS's feed was read. */
  spotAsOf: string;
  /** `discount`: the region's price on demand less us-east-1's discount. */
  spotFrom: "table" | "feed" | "discount";
}

/** Its prices are taken where a region's own are not known. */
const knownRegion = "us-east-1";

export function pricesOf(region: string, table: PriceTable = priceTable): Prices {
  const known = regionOf(table, knownRegion);
  const own = table.regions.get(region);
  const { onDemand, spot } = own ?? known;
  return {
    onDemand,
    spot: spot ?? discounted(onDemand, known),
    extras: own?.extras ?? extrasOf(known),
    runnerMinute: table.runnerMinute,
    pagesOfAMonth: table.pagesOfAMonth,
    basis: {
      region,
      computeRegion: own === undefined ? knownRegion : region,
      extrasRegion: own?.extras === undefined ? knownRegion : region,
      asOf: table.asOf,
      spotAsOf: table.asOf,
      spotFrom: spot === undefined ? "discount" : "table",
    },
  };
}

function discounted(onDemand: ComputePrices, known: RegionPrices): ComputePrices {
  const spot = spotOf(known);
  return {
    vcpuHour: (onDemand.vcpuHour * spot.vcpuHour) / known.onDemand.vcpuHour,
    gbHour: (onDemand.gbHour * spot.gbHour) / known.onDemand.gbHour,
  };
}

/** For so many pages, had they been the only ones of a month. */
export function priceOfPages(pages: number, tiers: PageTiers): number {
  let from = 0;
  let usd = 0;
  for (const { upTo, per1000 } of tiers) {
    const to = Math.min(pages, upTo ?? pages);
    usd += (Math.max(0, to - from) * per1000) / 1000;
    from = to;
  }
  return usd;
}

// --- Reading the table -------------------------------------------------------------------------------

/** Throws when the table lacks something or holds what is no price. */
export function parsePriceTable(value: unknown): PriceTable {
  const { asOf, regions, runnerMinute, pagesOfAMonth } = fieldsOf(value, "the table");
  if (typeof asOf !== "string" || Number.isNaN(Date.parse(asOf))) throw fault("asOf is no date", asOf);
  const { googleVision, textract } = fieldsOf(pagesOfAMonth, "pagesOfAMonth");
  const table: PriceTable = {
    asOf,
    regions: new Map(
      Object.entries(fieldsOf(regions, "regions")).map(([name, region]) => [name, parseRegion(region, name)]),
    ),
    runnerMinute: parsePrice(runnerMinute, "runnerMinute"),
    pagesOfAMonth: {
      googleVision: parseTiers(googleVision, "googleVision"),
      textract: parseTiers(textract, "textract"),
    },
  };
  const known = regionOf(table, knownRegion);
  spotOf(known);
  extrasOf(known);
  return table;
}

function parseRegion(value: unknown, name: string): RegionPrices {
  const { onDemand, spot, extras } = fieldsOf(value, name);
  return {
    onDemand: parseCompute(onDemand, `${name}.onDemand`),
    ...(spot === undefined ? {} : { spot: parseCompute(spot, `${name}.spot`) }),
    ...(extras === undefined ? {} : { extras: parseExtras(extras, `${name}.extras`) }),
  };
}

function parseCompute(value: unknown, name: string): ComputePrices {
  const { vcpuHour, gbHour } = fieldsOf(value, name);
  return {
    vcpuHour: parsePrice(vcpuHour, `${name}.vcpuHour`),
    gbHour: parsePrice(gbHour, `${name}.gbHour`),
  };
}

function parseExtras(value: unknown, name: string): ExtraPrices {
  const { publicIpv4Hour, s3WritesPer1000, s3ReadsPer1000, logsPerGb } = fieldsOf(value, name);
  return {
    publicIpv4Hour: parsePrice(publicIpv4Hour, `${name}.publicIpv4Hour`),
    s3WritesPer1000: parsePrice(s3WritesPer1000, `${name}.s3WritesPer1000`),
    s3ReadsPer1000: parsePrice(s3ReadsPer1000, `${name}.s3ReadsPer1000`),
    logsPerGb: parsePrice(logsPerGb, `${name}.logsPerGb`),
  };
}

function parseTiers(value: unknown, name: string): PageTiers {
  if (!Array.isArray(value)) throw fault(`${name} is no list`, value);
  const tiers = value.map((tier) => {
    const { upTo, per1000 } = fieldsOf(tier, name);
    if (upTo !== null && typeof upTo !== "number") throw fault(`${name} has a tier without an end`, upTo);
    // The first pages of a month may be free.
    return { upTo, per1000: per1000 === 0 ? 0 : parsePrice(per1000, name) };
  });
  const ends = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
  const ascend = ends.every((end, index) => end > (ends[index - 1] ?? 0));
  if (!ascend || ends.at(-1) !== Number.POSITIVE_INFINITY) throw fault(`${name} leaves pages out`, ends);
  return tiers;
}

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw fault(`${name} is missing`, value);
  return value as Record<string, unknown>;
}

function parsePrice(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    throw fault(`${name} is no price`, value);
  }
  return value;
}

function regionOf({ regions }: PriceTable, name: string): RegionPrices {
  const region = regions.get(name);
  if (region === undefined) throw fault(`${name} is missing`, [...regions.keys()]);
  return region;
}

function spotOf({ spot }: RegionPrices): ComputePrices {
  if (spot === undefined) throw fault(`${knownRegion}.spot is missing`, spot);
  return spot;
}

function extrasOf({ extras }: RegionPrices): ExtraPrices {
  if (extras === undefined) throw fault(`${knownRegion}.extras is missing`, extras);
  return extras;
}

const fault = (what: string, value: unknown) =>
  new Error(`The price table cannot be used: ${what} (${JSON.stringify(value)}).`);

export const priceTable = parsePriceTable(listed);
