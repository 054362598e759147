/** Puts the chunks of a run where its workers read them. */

import { type ChunkDocument, type ChunkHeader, contractVersion, runKeys } from "../../worker/contract.ts";
import type { Store } from "../../worker/store.ts";

/** Bounds the memory too: so many chunks are held at a time. */
const maxPutsInFlight = 8;

/** How many were written: the chunks 0 to that number. */
export async function writeChunks(
  destination: Store,
  runId: string,
  planId: string,
  chunks: AsyncIterable<ChunkDocument[]>,
): Promise<number> {
  let written = 0;
  const numbered = numberedChunks(chunks);
  // A lane that fails closes the generator that all share, so the others end after the chunk they have.
  const lanes = Array.from({ length: maxPutsInFlight }, async () => {
    for await (const [index, documents] of numbered) {
      await writeChunk(destination, runKeys.chunk(runId, index), planId, documents);
      written += 1;
    }
  });
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  return written;
}

async function* numberedChunks(
  chunks: AsyncIterable<ChunkDocument[]>,
): AsyncGenerator<[index: number, documents: ChunkDocument[]]> {
  let index = 0;
  for await (const documents of chunks) {
    yield [index, documents];
    index += 1;
  }
}

async function writeChunk(
  destination: Store,
  key: string,
  planId: string,
  documents: ChunkDocument[],
): Promise<void> {
  const header: ChunkHeader = { version: contractVersion, planId, documents: documents.length };
  const lines = [header, ...documents].map((line) => `${JSON.stringify(line)}\n`);
  const result = await destination.write(key, lines.join(""));
  if (result.outcome !== "written") {
    const why = result.outcome === "exists" ? "it exists" : result.message;
    throw new Error(`Cannot write ${key} to ${destination.location}: ${why}`);
  }
}
