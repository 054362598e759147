/** Money for people: what a run cost, what for, and what of it is an estimate. */

import type { Cost } from "./cost.ts";
import type { CostForecast } from "./cost-forecast.ts";
import { markdownCode } from "./escape.ts";
import { details, table } from "./markdown.ts";
import { count, counted, duration, percent, rate, usd } from "./numbers.ts";
import type { Report } from "./report.ts";

/** In words of ours and numbers only, for the list of facts. Nothing for a run on one's own machine. */
export function costFacts({ cost, forecast }: Report): [name: string, value: string][] {
  if (cost === null) return [];
  const { billed, useful } = cost.vcpuHours;
  const expected = forecast.costUsd === undefined ? "" : `; forecast: ${usd(forecast.costUsd)}`;
  return [
    ["Cost", `${usd(cost.usd)}${perPages(cost)}${expected}`],
    ["vCPU-hours", `${rate(billed)} billed, ${rate(useful)} of them useful`],
  ];
}

function perPages({ usdPer1000Pages, comparison }: Cost): string {
  if (usdPer1000Pages === null || comparison === null) return "";
  const { googleVision, textract } = comparison;
  const others = `Google Cloud Vision ${usd(googleVision)}, Amazon Textract ${usd(textract)}`;
  return `, ${usd(usdPer1000Pages)} per 1,000 pages (${others})`;
}

/** A line for a log, before anything is spent: `about $4.10 in 45 min on AWS Batch ($3.02 useful work, …)`. */
export function costForecastLine({ cost, wallSeconds }: CostForecast): string {
  const shown = namedParts(cost).filter(({ part }) => part > 0);
  const each = shown.map(({ name, part }) => `${usd(part)} ${name}`).join(", ");
  return `about ${usd(cost.usd)} in ${duration(wallSeconds)} on AWS Batch (${each})`;
}

/** Folded. */
export function whereTheMoneyWent(cost: Cost): string {
  return details("Where the money went", [
    table(["", "Time", "Cost", "Share"], parts(cost)),
    spentOnCompute(cost),
    spentOnCapacity(cost),
    estimates(cost),
  ]);
}

function parts(cost: Cost): string[][] {
  const rows = namedParts(cost).map(({ name, part, seconds }) => [
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    seconds === undefined ? "" : duration(seconds),
    usd(part),
    percent(part, cost.usd),
  ]);
  return [...rows, ["**All**", "", `**${usd(cost.usd)}**`, ""]];
}

function namedParts({ compute, components }: Cost): { name: string; part: number; seconds?: number }[] {
  return [
    { name: "useful work", part: compute.useful.usd, seconds: compute.useful.seconds },
    { name: "start-up", part: compute.startUp.usd, seconds: compute.startUp.seconds },
    { name: "lost to interruptions", part: compute.lost.usd, seconds: compute.lost.seconds },
    { name: "public IPv4 addresses", part: components.publicIpv4 },
    { name: "S3 requests", part: components.s3Requests },
    { name: "logs", part: components.logs },
    { name: "runner minutes", part: components.runner },
  ];
}

const spentOnCompute = ({ components: { vcpu, memory } }: Cost) =>
  `Of the first three, ${usd(vcpu)} is for vCPUs and ${usd(memory)} for memory.`;

function spentOnCapacity({ capacity, savedBySpot }: Cost): string {
  const { spot, "on-demand": onDemand } = capacity;
  const both = [
    `Spot: ${counted(spot.attempts, "attempt")}, ${duration(spot.seconds)}, ${usd(spot.usd)}.`,
    `On demand: ${counted(onDemand.attempts, "attempt")}, ${duration(onDemand.seconds)}, ${usd(onDemand.usd)}.`,
  ];
  const saved =
    savedBySpot >= 0
      ? `Spot saved ${usd(savedBySpot)} against the same work on demand.`
      : `Spot cost ${usd(-savedBySpot)} more than the same work on demand, for what was lost to interruptions.`;
  return [
    ...(spot.attempts > 0 && onDemand.attempts > 0 ? both : []),
    ...(spot.attempts > 0 ? [saved] : []),
  ].join(" ");
}

function estimates({ basis }: Cost): string {
  const { region, computeRegion, extrasRegion, asOf, startUpSecondsPerAttempt } = basis;
  return [
    `Estimated: start-up, the pull of the image included (${count(startUpSecondsPerAttempt)} s an attempt: AWS Batch ` +
      "does not tell it), and how many requests and log lines there were. Not counted: storage, transfer, tax.",
    `Prices of ${asOf}`,
    computeRegion === region
      ? `for ${markdownCode(region)},`
      : `for ${markdownCode(computeRegion)}, since those of ${markdownCode(region)} are not known,`,
    `Spot ${spotSource(basis)}${extrasRegion === computeRegion ? "." : `; addresses, requests and logs as in ${markdownCode(extrasRegion)}.`}`,
  ].join(" ");
}

function spotSource({ spotFrom, spotAsOf }: Cost["basis"]): string {
  if (spotFrom === "feed") return `as AWS's page of prices had it at ${spotAsOf}`;
  if (spotFrom === "discount") return "estimated by the discount in us-east-1";
  return "of the same day";
}
