import { describe, expect, test } from "vitest";
import type { BilledAttempt } from "../../../action/report/attempt-sums.ts";
import { costFacts, costForecastLine, whereTheMoneyWent } from "../../../action/report/cost-summary.ts";
import { pricesOf } from "../../../action/report/prices.ts";
import { renderPlainSummary, renderSummary } from "../../../action/report/summary.ts";
import { doneResult, hostileText, madeUpCost, madeUpReport, times } from "./made-up.ts";

const finished: BilledAttempt = { kind: "spot", seconds: 900, ended: "finished", keptShare: 1 };
const interrupted: BilledAttempt = { kind: "spot", seconds: 600, ended: "interrupted", keptShare: 0.75 };
const onDemand: BilledAttempt = { kind: "on-demand", seconds: 300, ended: "finished", keptShare: 1 };
const mixed = [...times(40, () => finished), ...times(4, () => interrupted), onDemand];
const lines = (text: string) => text.split("\n");

describe("the facts of a cost", () => {
  test("are the dollars, beside other services, and the vCPU-hours", () => {
    const report = madeUpReport({ results: [doneResult()], cost: madeUpCost(mixed) });
    expect(costFacts(report)).toEqual([
      ["Cost", "$1.07, $0.053 per 1,000 pages (Google Cloud Vision $28.50, Amazon Textract $30.00)"],
      ["vCPU-hours", "46 billed, 42 of them useful"],
    ]);
  });

  test("have the forecast where there was one", () => {
    const forecast = { basis: "defaults", cpuSeconds: 240, costUsd: 0.9 } as const;
    const report = madeUpReport({ results: [doneResult()], run: { forecast }, cost: madeUpCost(mixed) });
    expect(costFacts(report)[0]?.[1]).toMatch(/; forecast: \$0\.90$/);
  });

  test("have no price of pages where no page was read", () => {
    const report = madeUpReport({ results: [doneResult()], cost: madeUpCost(mixed, { pages: 0 }) });
    expect(costFacts(report)[0]).toEqual(["Cost", "$1.07"]);
  });

  test("are none on one's own machine", () => {
    expect(costFacts(madeUpReport({ results: [doneResult()] }))).toEqual([]);
  });
});

test("a forecast is one line with the parts that cost something", () => {
  const cost = madeUpCost(times(40, () => finished));
  expect(costForecastLine({ cost, wallSeconds: 2700 })).toBe(
    "about $1.00 in 45 min on AWS Batch ($0.63 useful work, $0.043 start-up, $0.053 public IPv4 addresses, " +
      "$0.15 S3 requests, less than $0.0001 logs, $0.12 runner minutes)",
  );
});

describe("where the money went", () => {
  test("is told part by part, of both kinds of capacity, with what is estimated", () => {
    expect(lines(whereTheMoneyWent(madeUpCost(mixed)))).toEqual([
      "<details><summary>Where the money went</summary>",
      "",
      "|  | Time | Cost | Share |",
      "| :-- | :-- | :-- | :-- |",
      "| Useful work | 10 h 35 min | $0.68 | 63.2% |",
      "| Start-up | 46 min | $0.05 | 4.7% |",
      "| Lost to interruptions | 10 min | $0.01 | 0.98% |",
      "| Public IPv4 addresses |  | $0.058 | 5.4% |",
      "| S3 requests |  | $0.15 | 14.5% |",
      "| Logs |  | less than $0.0001 | less than 0.01% |",
      "| Runner minutes |  | $0.12 | 11.2% |",
      "| **All** |  | **$1.07** |  |",
      "",
      "Of the first three, $0.60 is for vCPUs and $0.13 for memory.",
      "",
      "Spot: 44 attempts, 11 h 25 min, $0.72. On demand: 1 attempt, 6 min, $0.02. Spot saved $1.50 against the same work on demand.",
      "",
      "Estimated: start-up, the pull of the image included (61 s an attempt: AWS Batch does not tell it), and how many " +
        "requests and log lines there were. Not counted: storage, transfer, tax. Prices of 2026-09-28 for " +
        "<code>us-east-1</code>, Spot of the same day.",
      "",
      "</details>",
    ]);
  });

  test("leaves the kinds of capacity out where there was one", () => {
    expect(whereTheMoneyWent(madeUpCost([onDemand]))).not.toMatch(/On demand|Spot saved/);
    const onSpot = whereTheMoneyWent(madeUpCost([finished]));
    expect(onSpot).not.toContain("On demand:");
    expect(onSpot).toContain("Spot saved $");
  });

  test("says when Spot was dearer, for what it lost", () => {
    const lost = times(20, () => ({ ...interrupted, seconds: 3600, keptShare: 0 }));
    expect(whereTheMoneyWent(madeUpCost([finished, ...lost]))).toMatch(
      /Spot cost \$\d\.\d\d more than the same work on demand/,
    );
  });

  test.each([
    {
      region: "eu-west-1",
      expected: /for <code>eu.*west.*1<\/code>, Spot of the same day; .* as in <code>us/,
    },
    { region: "eu-central-1", expected: /Spot estimated by the discount in us-east-1; addresses/ },
    {
      region: "sa-east-1",
      expected:
        /for <code>us.*<\/code>, since those of <code>sa.*<\/code> are not known, Spot of the same day\.$/m,
    },
  ])("says which prices it took for $region", ({ region, expected }) => {
    expect(whereTheMoneyWent(madeUpCost([finished], { prices: pricesOf(region) }))).toMatch(expected);
  });

  test("says when Spot prices were read from AWS", () => {
    const known = pricesOf("us-east-1");
    const basis = { ...known.basis, spotFrom: "feed", spotAsOf: "2026-11-24T10:00:00.000Z" } as const;
    expect(whereTheMoneyWent(madeUpCost([finished], { prices: { ...known, basis } }))).toContain(
      "Spot as AWS's page of prices had it at 2026-11-24T10:00:00.000Z.",
    );
  });

  test("keeps a stranger's region from being markup", () => {
    const text = whereTheMoneyWent(madeUpCost([finished], { prices: pricesOf(hostileText) }));
    expect(text.replace(/<\/?(?:code|details|summary)>|<!-- -->/g, "")).not.toMatch(/[<>]/);
    expect(lines(text)).toHaveLength(
      lines(whereTheMoneyWent(madeUpCost([finished], { prices: pricesOf("moon-1") }))).length,
    );
  });
});

describe("the summary of a run on AWS Batch", () => {
  const report = madeUpReport({ results: [doneResult()], cost: madeUpCost(mixed) });

  test("has its cost among the facts, and where the money went behind them", () => {
    const summary = renderSummary(report);
    expect(summary).toMatch(/^\| Cost \| \$1\.07, /m);
    expect(summary).toMatch(/^\| vCPU-hours \| 46 billed, /m);
    expect(summary.indexOf("Where the money went")).toBeGreaterThan(summary.indexOf("| Run |"));
  });

  // GitHub takes what is between two dollar signs for mathematics, unless a space precedes the second.
  test("has no two dollar signs that would be mathematics", () => {
    for (const cell of renderSummary(report).split(/\||\n/)) expect(cell).not.toMatch(/\$.*\S\$/);
  });

  test("has its cost in plain text too, in line with the rest", () => {
    const plain = renderPlainSummary(report);
    expect(plain).toContainEqual(expect.stringMatching(/^ {2}Documents {3}1: 1 done$/));
    expect(plain).toContainEqual(expect.stringMatching(/^ {2}Cost {8}\$1\.07, /));
    expect(plain).toContainEqual(expect.stringMatching(/^ {2}vCPU-hours {2}46 billed, /));
  });

  test("of a run on one's own machine has no word of money", () => {
    const local = renderSummary(madeUpReport({ results: [doneResult()] }));
    expect(local).not.toMatch(/cost|money|\$/i);
  });
});
