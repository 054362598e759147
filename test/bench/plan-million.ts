/**
 * How fast a large archive is planned, and in how much memory:
 * `npx tsx test/bench/plan-million.ts [keys] [fresh]`, a million by default. Half of them are done already, or none
 * with `fresh`. Nothing is kept but the spool. Also how often such a run calls AWS Batch.
 */

import { followJobs } from "../../action/engines/batch/follow-jobs.ts";
import { firstRound } from "../../action/engines/batch/jobs-of-run.ts";
import { ensureSubmitted } from "../../action/engines/batch/submission.ts";
import { writeChunks } from "../../action/planning/chunk-files.ts";
import { planRun } from "../../action/planning/plan.ts";
import type { OutputFormat } from "../../worker/contract.ts";
import { batchRun } from "../support/batch-run.ts";
import { madeUpBatch } from "../support/made-up-batch.ts";
import { madeUpArchive, madeUpOutputs, madeUpStore } from "../support/made-up-store.ts";
import { memoryStore } from "../support/memory-store.ts";

const outputs: OutputFormat[] = ["txt", "json"];
const workers = 64;
const mebibyte = 1024 * 1024;

const rssMiB = () => Math.round(process.memoryUsage.rss() / mebibyte);
const secondsSince = (start: number) => (performance.now() - start) / 1000;

async function bench(keys: number, isFresh: boolean): Promise<void> {
  const source = madeUpStore({ location: "s3://scans/", objects: () => madeUpArchive(keys) });
  const destination = madeUpStore({
    location: "s3://text/",
    objects: () => (isFresh ? [] : madeUpOutputs(keys, outputs)),
  });
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
      batchCalls: await batchCallsOf(chunks),
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

/** Submits so many chunks to a made-up AWS Batch, and looks at them once. */
async function batchCallsOf(chunks: number): Promise<Record<string, number>> {
  const batch = madeUpBatch();
  const client = batch.client();
  const run = batchRun({ chunks });
  const submitter = { batch: client, destination: memoryStore(), wait: async () => {} };
  const submission = await ensureSubmitted(submitter, run, firstRound(run));
  if (submission.outcome !== "submitted") throw new Error("The jobs were not submitted.");
  const submits = batch.calls.length;
  const { children } = await followJobs(client, submission.jobs)();
  const seen = Object.values(children).reduce((sum, number) => sum + number, 0);
  if (seen !== chunks) throw new Error(`A look saw ${seen} of ${chunks} children.`);
  return { toSubmit: submits, perLook: batch.calls.length - submits };
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;

await bench(Number(process.argv[2] ?? 1_000_000), process.argv[3] === "fresh");
