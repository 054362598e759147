/** What a run would do: lists the documents, forecasts their work and sizes the chunks. Changes nothing. */

import type { ChunkDocument, Forecast, RunTotals, Settings } from "../../worker/contract.ts";
import { type Store, type StoredObject, StoreError } from "../../worker/store.ts";
import { chunkLimitCpuSeconds, cutChunks, estimatedChunks } from "./chunks.ts";
import { documentFilter, type Filters } from "./documents.ts";
import { defaultRates, forecastOf, predictedCpuSeconds, type WorkRates } from "./forecast.ts";
import { pendingDocuments } from "./pending.ts";
import { spoolDocuments } from "./spool.ts";

export interface PlanRequest {
  source: Store;
  destination: Store;
  filters: Filters;
  settings: Pick<Settings, "outputs">;
  /** Do again what is done. */
  force: boolean;
  workers: number;
  processesPerWorker: number;
  chunkMinutes: number;
  rates?: WorkRates;
  /** Called every `listedPerCall` keys of the source, with how many were listed so far. */
  onListed?: (keys: number) => void;
}

export interface Plan {
  totals: RunTotals;
  forecast: Forecast;
  chunkLimitCpuSeconds: number;
  estimatedChunks: number;
  /** Cut anew at each call. */
  chunks(): AsyncGenerator<ChunkDocument[]>;
  /** Removes the plan's file from the local disk: has to be called, in a `finally`. */
  discard(): Promise<void>;
}

/** Throws InvalidPattern, and StoreError when the source is missing; a missing destination is an empty one. */
export async function planRun(request: PlanRequest): Promise<Plan> {
  const predict = (document: ChunkDocument) => predictedCpuSeconds(document, request.rates ?? defaultRates);
  const spool = await spoolDocuments(listedDocuments(request), predict);
  const { cpuSeconds, ...totals } = spool.totals;
  const limit = chunkLimitCpuSeconds({ ...request, totalCpuSeconds: cpuSeconds });
  return {
    totals,
    forecast: forecastOf({ cpuSeconds }),
    chunkLimitCpuSeconds: limit,
    estimatedChunks: estimatedChunks(spool.totals, limit),
    chunks: () => cutChunks(spool.documents(), limit, predict),
    discard: spool.remove,
  };
}

function listedDocuments({ source, destination, filters, settings, force, onListed }: PlanRequest) {
  const isDocument = documentFilter(filters);
  const documents = documentsOf(source.list(), isDocument, onListed);
  // With nothing in the destination, everything is yet to be done.
  const outputs = force ? nothing() : outputsOf(destination);
  return pendingDocuments(documents, outputs, settings.outputs);
}

export const listedPerCall = 100_000;

async function* documentsOf(
  listing: AsyncIterable<StoredObject>,
  isDocument: (object: StoredObject) => boolean,
  onListed: PlanRequest["onListed"],
): AsyncGenerator<StoredObject> {
  let keys = 0;
  for await (const object of listing) {
    keys += 1;
    if (keys % listedPerCall === 0) onListed?.(keys);
    if (isDocument(object)) yield object;
  }
}

/** Textmill's own files in it do no harm: no document has an output of such a name. */
async function* outputsOf(destination: Store): AsyncGenerator<StoredObject> {
  try {
    yield* destination.list();
  } catch (error) {
    if (!(error instanceof StoreError && error.code === "missing")) throw error;
  }
}

async function* nothing(): AsyncGenerator<StoredObject> {}
