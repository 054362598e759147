/** Cuts documents into chunks of about the same predicted work. */

import type { ChunkDocument } from "../../worker/contract.ts";

export interface ChunkSizing {
  totalCpuSeconds: number;
  /** Worker processes that may run at a time, and OCR processes of each. */
  workers: number;
  processesPerWorker: number;
  /** Wall time a chunk should take. */
  chunkMinutes: number;
}

/**
 * Wall time below which no chunk is cut, unless `chunkMinutes` itself asks for less. Each Fargate task
 * pulls its image anew (there is no cache on the host), is billed from the start of that pull and for a
 * minute at least; AWS Batch's user guide suggests grouping work into jobs of 3 to 5 minutes.
 */
export const minChunkMinutes = 3;

/** So that a chunk's files stay small, however light its documents are. */
export const maxDocumentsPerChunk = 10_000;

/** Chunks are never filled to the brim: without this much room, cutting would leave one chunk over. */
const roomForCutting = 1.05;

/**
 * The work is spread over as few rounds of all workers as `chunkMinutes` allows, in equal parts: a small
 * run occupies every worker, and none of a larger one has a last round of a few full-sized chunks.
 */
export function chunkLimitCpuSeconds(sizing: ChunkSizing): number {
  const { totalCpuSeconds, workers, processesPerWorker, chunkMinutes } = sizing;
  const cpuSecondsPerMinute = 60 * processesPerWorker;
  const share = (roomForCutting * totalCpuSeconds) / workers;
  const rounds = Math.max(1, Math.ceil(share / (chunkMinutes * cpuSecondsPerMinute)));
  const least = Math.min(minChunkMinutes, chunkMinutes) * cpuSecondsPerMinute;
  return Math.max(share / rounds, least);
}

/** In order; a document that is over the limit by itself gets a chunk of its own. */
export async function* cutChunks(
  documents: AsyncIterable<ChunkDocument>,
  limitCpuSeconds: number,
  predict: (document: ChunkDocument) => number,
): AsyncGenerator<ChunkDocument[]> {
  let chunk: ChunkDocument[] = [];
  let cpuSeconds = 0;
  for await (const document of documents) {
    const added = predict(document);
    const full = cpuSeconds + added > limitCpuSeconds || chunk.length === maxDocumentsPerChunk;
    if (full && chunk.length > 0) {
      yield chunk;
      chunk = [];
      cpuSeconds = 0;
    }
    chunk.push(document);
    cpuSeconds += added;
  }
  if (chunk.length > 0) yield chunk;
}

/** Before they are cut. */
export function estimatedChunks(
  totals: { documents: number; cpuSeconds: number },
  limitCpuSeconds: number,
): number {
  const byWork = Math.ceil(totals.cpuSeconds / limitCpuSeconds);
  return Math.min(totals.documents, Math.max(byWork, Math.ceil(totals.documents / maxDocumentsPerChunk)));
}
