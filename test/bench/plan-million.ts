/**
 * How fast a large archive is planned, and in how much memory:
 * `npx tsx test/bench/plan-million.ts [keys]`, a million by default. Nothing is kept but the spool.
 */

import { writeChunks } from "../../action/planning/chunk-files.ts";
import { planRun } from "../../action/planning/plan.ts";
import type { OutputFormat } from "../../worker/contract.ts";
import { madeUpArchive, madeUpOutputs, madeUpStore } from "../support/made-up-store.ts";

const outputs: OutputFormat[] = ["txt", "json"];
const workers = 64;
const mebibyte = 1024 * 1024;

const rssMiB = () => Math.round(process.memoryUsage.rss() / mebibyte);
const secondsSince = (start: number) => (performance.now() - start) / 1000;

async function bench(keys: number): Promise<void> {
  const source = madeUpStore({ location: "s3://scans/", objects: () => madeUpArchive(keys) });
  const destination = madeUpStore({ location: "s3://text/", objects: () => madeUpOutputs(keys, outputs) });
  const rssAtStart = rssMiB();
  let rssPeak = rssAtStart;
  const sampler = setInterval(() => {
    rssPeak = Math.max(rssPeak, rssMiB());
  }, 20);

  const start = performance.now();
  const plan = await planRun({
    source,
    destination,
    filters: { include: ["**/*.{jpg,pdf,tif,png,txt}"], exclude: ["**/thumbnails/**"] },
    settings: { outputs },
    force: false,
    workers,
    processesPerWorker: 4,
    chunkMinutes: 15,
    onListed: (listed) => process.stderr.write(`${listed} keys listed, ${rssMiB()} MiB\n`),
  });
  try {
    const planSeconds = secondsSince(start);
    const chunks = await writeChunks(destination, "bench", "plan", plan.chunks());
    const seconds = secondsSince(start);
    console.log({
      keys,
      outputsListed: destination.counts.listed,
      planSeconds: round(planSeconds),
      writeSeconds: round(seconds - planSeconds),
      keysPerSecond: Math.round(keys / seconds),
      documents: plan.totals.documents,
      alreadyDone: plan.totals.alreadyDone,
      forecastCpuHours: Math.round(plan.forecast.cpuSeconds / 3600),
      chunks,
      estimatedChunks: plan.estimatedChunks,
      lists: source.counts.lists + destination.counts.lists,
      writes: destination.counts.writes,
      writtenMiB: Math.round(destination.counts.bytesWritten / mebibyte),
      rssMiB: {
        atStart: rssAtStart,
        sampledPeak: rssPeak,
        maxRss: Math.round(process.resourceUsage().maxRSS / 1024),
      },
    });
  } finally {
    clearInterval(sampler);
    await plan.discard();
  }
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;

await bench(Number(process.argv[2] ?? 1_000_000));
