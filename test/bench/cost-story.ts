/**
 * What 3.5 million documents would cost on Fargate Spot, for some speeds of recognition, and with a job for each
 * document: `npx tsx test/bench/cost-story.ts [CPU seconds a page …]`. Prints Markdown; nothing is measured here.
 */

import { chunkLimitCpuSeconds, estimatedChunks } from "../../action/planning/chunks.ts";
import { type CostForecast, forecastCost } from "../../action/report/cost-forecast.ts";
import { table } from "../../action/report/markdown.ts";
import { count, duration, usd } from "../../action/report/numbers.ts";
import { priceOfPages, pricesOf } from "../../action/report/prices.ts";

/** The archive that Textmill was first asked for: Google Cloud Vision was to cost $30,000, at $1.50 per 1,000 pages. */
const documents = 3_500_000;
const pages = 20_000_000;
const chunkMinutes = 15;
const maxVcpus = 1000;

const prices = pricesOf("us-east-1");
const common = {
  documents,
  outputsPerDocument: 1,
  listedKeys: documents,
  publicIp: true,
  kind: "spot",
  maxVcpus,
  isRunnerPaid: true,
} as const;

interface Way {
  name: string;
  chunks: number;
  forecast: CostForecast;
}

function inChunks(secondsPerPage: number): Way {
  const size = { vcpus: 4, memoryMib: 8192 };
  const cpuSeconds = pages * secondsPerPage;
  const limit = chunkLimitCpuSeconds({
    totalCpuSeconds: cpuSeconds,
    workers: maxVcpus / size.vcpus,
    processesPerWorker: size.vcpus,
    chunkMinutes,
  });
  const chunks = estimatedChunks({ documents, cpuSeconds }, limit);
  const forecast = forecastCost({ ...common, ...size, cpuSeconds, chunks }, prices);
  return { name: `${secondsPerPage} s a page`, chunks, forecast };
}

/** The smallest child that Textmill's memory allows. */
function oneDocumentPerJob(secondsPerPage: number): Way {
  const size = { vcpus: 1, memoryMib: 2048 };
  const cpuSeconds = pages * secondsPerPage;
  const forecast = forecastCost({ ...common, ...size, cpuSeconds, chunks: documents }, prices);
  return { name: `${secondsPerPage} s a page, a job for each document`, chunks: documents, forecast };
}

function rowOf({ name, chunks, forecast: { cost, wallSeconds } }: Way): string[] {
  const { compute, components } = cost;
  return [
    name,
    count(chunks),
    usd(compute.useful.usd),
    usd(compute.startUp.usd),
    usd(components.publicIpv4),
    usd(components.s3Requests),
    usd(components.logs + components.runner),
    `**${usd(cost.usd)}**`,
    usd((cost.usd * 1000) / pages),
    duration(wallSeconds),
  ];
}

const given = process.argv.slice(2).map(Number);
if (given.some((seconds) => !(seconds > 0)))
  throw new Error("CPU seconds a page have to be numbers above 0.");
const rates = given.length > 0 ? given : [0.5, 0.8, 1.2, 2];
const [slowest = 0] = rates.toSorted((a, b) => b - a);
const head = [
  "CPU time",
  "jobs",
  "useful",
  "start-up",
  "IPv4",
  "S3",
  "logs, runner",
  "all",
  "per 1,000 pages",
  "time",
];
console.log(table(head, [...rates.map(inChunks), oneDocumentPerJob(slowest)].map(rowOf)));
const { googleVision, textract } = prices.pagesOfAMonth;
console.log(
  `\n${count(documents)} documents, ${count(pages)} pages, ${count(maxVcpus)} vCPUs of Spot in ${prices.basis.region} at the ` +
    `prices of ${prices.basis.asOf}. The same pages in one month: Google Cloud Vision ` +
    `${usd(priceOfPages(pages, googleVision))}, Amazon Textract ${usd(priceOfPages(pages, textract))}.`,
);
