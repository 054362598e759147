import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chunkLimitCpuSeconds,
  cutChunks,
  estimatedChunks,
  maxDocumentsPerChunk,
  minChunkMinutes,
} from "../../../action/planning/chunks.ts";
import type { ChunkDocument } from "../../../worker/contract.ts";

/** A document's bytes stand for its CPU seconds here. */
const predict = (document: ChunkDocument) => document.bytes;

async function* documentsOf(cpuSeconds: Iterable<number>): AsyncGenerator<ChunkDocument> {
  let index = 0;
  for (const bytes of cpuSeconds) {
    yield { key: String(index), bytes, etag: "", lastModified: "2026-01-01T00:00:00.000Z" };
    index += 1;
  }
}

async function cut(cpuSeconds: Iterable<number>, limitCpuSeconds: number): Promise<ChunkDocument[][]> {
  const chunks: ChunkDocument[][] = [];
  for await (const chunk of cutChunks(documentsOf(cpuSeconds), limitCpuSeconds, predict)) chunks.push(chunk);
  return chunks;
}

const sum = (chunk: ChunkDocument[]) => chunk.reduce((total, document) => total + document.bytes, 0);

describe("cutting", () => {
  const works = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 });
  const limits = fc.integer({ min: 1, max: 40 });

  test("puts every document into exactly one chunk, in order", async () => {
    await fc.assert(
      fc.asyncProperty(works, limits, async (work, limit) => {
        const chunks = await cut(work, limit);
        expect(chunks.flat().map(({ key }) => key)).toEqual(work.map((_, index) => String(index)));
      }),
    );
  });

  test("fills no chunk over the limit unless it holds one document, and leaves none empty", async () => {
    await fc.assert(
      fc.asyncProperty(works, limits, async (work, limit) => {
        for (const chunk of await cut(work, limit)) {
          expect(chunk).not.toHaveLength(0);
          if (chunk.length > 1) expect(sum(chunk)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test("closes a chunk only when the next document does not fit", async () => {
    await fc.assert(
      fc.asyncProperty(works, limits, async (work, limit) => {
        const chunks = await cut(work, limit);
        for (const [index, chunk] of chunks.entries()) {
          const next = chunks[index + 1]?.[0];
          if (next !== undefined) expect(sum(chunk) + predict(next)).toBeGreaterThan(limit);
        }
      }),
    );
  });

  test("a huge document is alone", async () => {
    const chunks = await cut([1, 1, 100, 0, 1], 10);
    expect(chunks.map((chunk) => chunk.map(predict))).toEqual([[1, 1], [100], [0, 1]]);
  });

  test("bounds the documents of a chunk, however light they are", async () => {
    const chunks = await cut(new Array(2 * maxDocumentsPerChunk + 1).fill(0), 10);
    expect(chunks.map((chunk) => chunk.length)).toEqual([maxDocumentsPerChunk, maxDocumentsPerChunk, 1]);
  });

  test("nothing makes no chunk", async () => {
    expect(await cut([], 10)).toEqual([]);
  });
});

describe("the limit", () => {
  const hour = 3600;

  test("of a large run is about chunk-minutes of all processes of a worker", () => {
    const limit = chunkLimitCpuSeconds({
      totalCpuSeconds: 5000 * hour,
      workers: 64,
      processesPerWorker: 4,
      chunkMinutes: 15,
    });
    expect(limit).toBeLessThanOrEqual(hour);
    expect(limit).toBeGreaterThan(0.95 * hour);
  });

  test("of a small run lets every worker have a chunk", async () => {
    const documents = new Array(2000).fill(20);
    const limit = chunkLimitCpuSeconds({
      totalCpuSeconds: 2000 * 20,
      workers: 8,
      processesPerWorker: 4,
      chunkMinutes: 60,
    });
    expect(await cut(documents, limit)).toHaveLength(8);
  });

  test("leaves no last round of a few full chunks", async () => {
    const documents = new Array(600).fill(20);
    const sizing = { totalCpuSeconds: 600 * 20, workers: 8, processesPerWorker: 1, chunkMinutes: 15 };
    // 1500 s a worker, over the 900 s of a chunk: two rounds of 750 s, not one of 900 s and most of another.
    const chunks = await cut(documents, chunkLimitCpuSeconds(sizing));
    expect(chunks).toHaveLength(16);
  });

  test("of a tiny run is worth starting a worker for", () => {
    const sizing = { totalCpuSeconds: 60, workers: 100, processesPerWorker: 4, chunkMinutes: 15 };
    expect(chunkLimitCpuSeconds(sizing)).toBe(minChunkMinutes * 60 * 4);
  });

  test("is never over what chunk-minutes asks for, nor under the least", () => {
    const sizings = fc.record({
      totalCpuSeconds: fc.double({ min: 0, max: 1e9, noNaN: true }),
      workers: fc.integer({ min: 1, max: 10_000 }),
      processesPerWorker: fc.integer({ min: 1, max: 64 }),
      chunkMinutes: fc.integer({ min: 1, max: 600 }),
    });
    fc.assert(
      fc.property(sizings, (sizing) => {
        const minutes = chunkLimitCpuSeconds(sizing) / 60 / sizing.processesPerWorker;
        expect(minutes).toBeLessThanOrEqual(sizing.chunkMinutes * (1 + 1e-9));
        expect(minutes).toBeGreaterThanOrEqual(Math.min(minChunkMinutes, sizing.chunkMinutes) * (1 - 1e-9));
      }),
    );
  });
});

test("the estimate of chunks knows the work, the documents and the bound on them", () => {
  expect(estimatedChunks({ documents: 0, cpuSeconds: 0 }, 100)).toBe(0);
  expect(estimatedChunks({ documents: 50, cpuSeconds: 950 }, 100)).toBe(10);
  expect(estimatedChunks({ documents: 1, cpuSeconds: 950 }, 100)).toBe(1);
  expect(estimatedChunks({ documents: 5 * maxDocumentsPerChunk, cpuSeconds: 1 }, 100)).toBe(5);
});
