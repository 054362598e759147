/** A run that the program has planned and nobody has begun: what a worker finds when it is started. */

import { writeChunks } from "../../action/planning/chunk-files.ts";
import { planRun } from "../../action/planning/plan.ts";
import { claimRun, newPlanId } from "../../action/run-folder.ts";
import {
  type ChunkDocument,
  contractVersion,
  type OutputFormat,
  pdfPages,
  type Run,
} from "../../worker/contract.ts";
import { openStore, parseLocation, type Store } from "../../worker/store.ts";

const limits = { documentBytes: 1e9, documentPages: 5000, pagePixels: 2e8, pageSeconds: 120 };

export interface PreparedRun {
  runId: string;
  languages?: string[];
  outputs?: OutputFormat[];
  /** How the documents are cut into chunks, in key order as they come: all of them into one unless told. */
  cut?: (documents: ChunkDocument[]) => ChunkDocument[][];
}

/** A run over all documents of the source. Both are folders, or both are prefixes in S3. */
export async function prepareRun(
  source: string,
  destination: string,
  { runId, languages = ["eng"], outputs = ["txt"], cut = (documents) => [documents] }: PreparedRun,
): Promise<Run> {
  const stores = { source: store(source), destination: store(destination) };
  const settings = { languages, outputs, pdfPages: pdfPages[0], limits };
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
      chunks: await writeChunks(stores.destination, runId, planId, cutAnew(plan.chunks(), cut)),
      totals: plan.totals,
      forecast: plan.forecast,
    });
  } finally {
    await plan.discard();
  }
}

async function* cutAnew(
  chunks: AsyncIterable<ChunkDocument[]>,
  cut: (documents: ChunkDocument[]) => ChunkDocument[][],
): AsyncGenerator<ChunkDocument[]> {
  const documents: ChunkDocument[] = [];
  for await (const chunk of chunks) documents.push(...chunk);
  yield* cut(documents);
}

function store(text: string): Store {
  const location = parseLocation(text);
  if ("error" in location) throw new Error(location.error);
  return openStore(location);
}
