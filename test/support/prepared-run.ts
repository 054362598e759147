/** A run that the program has planned and nobody has begun: what a worker finds when it is started. */

import { writeChunks } from "../../action/planning/chunk-files.ts";
import { planRun } from "../../action/planning/plan.ts";
import { claimRun, newPlanId } from "../../action/run-folder.ts";
import { contractVersion, outputFormats, pdfPages, type Run } from "../../worker/contract.ts";
import { openStore, parseLocation, type Store } from "../../worker/store.ts";

const limits = { documentBytes: 1e9, documentPages: 5000, pagePixels: 2e8, pageSeconds: 120 };

/** All documents of the source in one chunk. Both are folders, or both are prefixes in S3. */
export async function prepareRun(
  source: string,
  destination: string,
  { runId, languages = ["eng"] }: { runId: string; languages?: string[] },
): Promise<Run> {
  const stores = { source: store(source), destination: store(destination) };
  const settings = { languages, outputs: [outputFormats[0]], pdfPages: pdfPages[0], limits };
  const plan = await planRun({
    ...stores,
    filters: { include: [], exclude: [] },
    settings,
    force: true,
    workers: 1,
    processesPerWorker: 1,
    chunkMinutes: 24 * 60,
  });
  try {
    const planId = newPlanId();
    return await claimRun(stores.destination, {
      version: contractVersion,
      runId,
      planId,
      createdAt: new Date().toISOString(),
      program: "test",
      source: stores.source.location,
      destination: stores.destination.location,
      settings,
      maxFailurePercent: 0,
      engine: { kind: "local", processes: 1 },
      chunks: await writeChunks(stores.destination, runId, planId, plan.chunks()),
      totals: plan.totals,
      forecast: plan.forecast,
    });
  } finally {
    await plan.discard();
  }
}

function store(text: string): Store {
  const location = parseLocation(text);
  if ("error" in location) throw new Error(location.error);
  return openStore(location);
}
