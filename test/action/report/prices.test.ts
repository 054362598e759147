import fc from "fast-check";
import { describe, expect, test } from "vitest";
import listed from "../../../action/report/prices.json" with { type: "json" };
import { parsePriceTable, priceOfPages, pricesOf, priceTable } from "../../../action/report/prices.ts";

describe("the prices of a region", () => {
  test("are the table's where it has them", () => {
    expect(pricesOf("us-east-1")).toMatchObject({
      onDemand: { vcpuHour: 0.04048, gbHour: 0.004445 },
      spot: { vcpuHour: 0.01288871, gbHour: 0.00141527 },
      extras: { publicIpv4Hour: 0.005, s3WritesPer1000: 0.005, s3ReadsPer1000: 0.0004, logsPerGb: 0.5 },
      basis: { computeRegion: "us-east-1", extrasRegion: "us-east-1", asOf: listed.asOf, spotFrom: "table" },
    });
  });

  test("have us-east-1's discount on Spot where that is not known, and say so", () => {
    const { onDemand, spot, basis } = pricesOf("eu-central-1");
    const known = pricesOf("us-east-1");
    expect(onDemand).toEqual({ vcpuHour: 0.04656, gbHour: 0.00511 });
    expect(spot.vcpuHour / onDemand.vcpuHour).toBeCloseTo(known.spot.vcpuHour / known.onDemand.vcpuHour, 10);
    expect(spot.gbHour / onDemand.gbHour).toBeCloseTo(known.spot.gbHour / known.onDemand.gbHour, 10);
    expect(basis).toMatchObject({
      region: "eu-central-1",
      computeRegion: "eu-central-1",
      extrasRegion: "us-east-1",
      spotFrom: "discount",
    });
  });

  test.each(["sa-east-1", "moon-1", "__proto__", ""])("are us-east-1's where %j is not known", (region) => {
    const { basis, ...prices } = pricesOf(region);
    const { basis: _, ...known } = pricesOf("us-east-1");
    expect(prices).toEqual(known);
    expect(basis).toMatchObject({ region, computeRegion: "us-east-1", extrasRegion: "us-east-1" });
  });

  test("are lower on Spot than on demand, everywhere", () => {
    for (const region of priceTable.regions.keys()) {
      const { onDemand, spot } = pricesOf(region);
      expect(spot.vcpuHour).toBeLessThan(onDemand.vcpuHour);
      expect(spot.gbHour).toBeLessThan(onDemand.gbHour);
    }
  });
});

describe("the price of pages elsewhere", () => {
  const { googleVision, textract } = priceTable.pagesOfAMonth;

  test.each([
    { pages: 0, vision: 0, aws: 0 },
    { pages: 1000, vision: 0, aws: 1.5 },
    { pages: 20_500, vision: 29.25, aws: 30.75 },
    { pages: 1_000_000, vision: 1498.5, aws: 1500 },
    { pages: 20_000_000, vision: 16_498.5, aws: 12_900 },
  ])("of $pages pages is $vision at Google and $aws at Amazon", ({ pages, vision, aws }) => {
    expect(priceOfPages(pages, googleVision)).toBeCloseTo(vision, 6);
    expect(priceOfPages(pages, textract)).toBeCloseTo(aws, 6);
  });

  test("never falls with more pages", () => {
    const pages = fc.nat({ max: 10_000_000 });
    fc.assert(
      fc.property(pages, pages, (some, more) => {
        expect(priceOfPages(some + more, googleVision)).toBeGreaterThanOrEqual(
          priceOfPages(some, googleVision),
        );
      }),
    );
  });
});

describe("a price table", () => {
  const { "us-east-1": known, ...others } = listed.regions;
  const { spot: _spot, ...withoutSpot } = known;
  const { extras: _extras, ...withoutExtras } = known;

  test.each([
    { name: "that is nothing", table: null, message: "the table is missing" },
    { name: "without a date", table: { ...listed, asOf: "soon" }, message: "asOf is no date" },
    { name: "without us-east-1", table: { ...listed, regions: others }, message: "us-east-1 is missing" },
    {
      name: "without Spot prices in us-east-1",
      table: { ...listed, regions: { "us-east-1": withoutSpot } },
      message: "us-east-1.spot is missing",
    },
    {
      name: "without the price of an address",
      table: { ...listed, regions: { "us-east-1": withoutExtras } },
      message: "us-east-1.extras is missing",
    },
    {
      name: "with a price of nothing",
      table: { ...listed, regions: { ...listed.regions, x: { onDemand: { vcpuHour: 0, gbHour: 1 } } } },
      message: "x.onDemand.vcpuHour is no price (0)",
    },
    { name: "with a price in words", table: { ...listed, runnerMinute: "0.006" }, message: "runnerMinute" },
    {
      name: "with tiers that end",
      table: { ...listed, pagesOfAMonth: { ...listed.pagesOfAMonth, textract: [{ upTo: 5, per1000: 1 }] } },
      message: "textract leaves pages out",
    },
    {
      name: "with tiers out of order",
      table: {
        ...listed,
        pagesOfAMonth: {
          ...listed.pagesOfAMonth,
          googleVision: [
            { upTo: 9, per1000: 1 },
            { upTo: 5, per1000: 1 },
            { upTo: null, per1000: 1 },
          ],
        },
      },
      message: "googleVision leaves pages out",
    },
  ])("$name is refused", ({ table, message }) => {
    expect(() => parsePriceTable(table)).toThrow(message);
  });
});
