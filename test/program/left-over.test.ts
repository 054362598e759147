import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes, runKeys } from "../../worker/contract.ts";
import { openStore } from "../../worker/store.ts";
import { batchRun } from "../support/batch-run.ts";
import { putDocument } from "../support/documents.ts";
import { temporaryFolder } from "../support/folders.ts";
import { endOf, productNode, repository, withoutRunner } from "../support/program.ts";

/** A run of chunks of one document each, of which some are left over. The documents need no recognition. */
async function plannedRun({ chunks, leftOver }: { chunks: number; leftOver?: number[] }) {
  const source = await temporaryFolder();
  const destination = await temporaryFolder();
  const store = openStore({ kind: "folder", path: destination });
  const run = batchRun({ chunks, source: `${source}/`, destination: store.location });
  for (let chunk = 0; chunk < chunks; chunk++) {
    const key = `${chunk}.txt`;
    const bytes = Buffer.from("no scan");
    await putDocument(source, key, bytes);
    const document = { key, bytes: bytes.length, etag: "", lastModified: "2026-01-01T00:00:00.000Z" };
    const header = { version: 1, planId: run.planId, documents: 1 };
    const text = `${JSON.stringify(header)}\n${JSON.stringify(document)}\n`;
    await store.write(runKeys.chunk(run.runId, chunk), text);
  }
  await store.write(runKeys.run(run.runId), JSON.stringify(run));
  if (leftOver !== undefined) {
    await store.write(runKeys.leftOver(run.runId), JSON.stringify({ version: 1, chunks: leftOver }));
  }
  const startWorker = (variables: Record<string, string>) =>
    endOf(
      spawn(productNode, [join(repository, "dist/worker.mjs")], {
        env: {
          ...withoutRunner(process.env),
          TEXTMILL_DESTINATION: store.location,
          TEXTMILL_RUN_ID: run.runId,
          ...variables,
        },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  const results = join(destination, runKeys.results(run.runId));
  return {
    startWorker,
    chunksDone: () => readdir(results).catch(() => []),
    resultOf: (file: string) => readFile(join(results, file), "utf8"),
  };
}

describe("a worker of the left-over chunks", () => {
  test("does the chunk at its place of the list, as a child of an array and as a plain job", async () => {
    const { startWorker, chunksDone, resultOf } = await plannedRun({ chunks: 5, leftOver: [1, 3, 4] });
    const child = {
      TEXTMILL_CHUNKS_OF: "left-over",
      TEXTMILL_CHUNK_OFFSET: "0",
      AWS_BATCH_JOB_ARRAY_INDEX: "1",
    };
    expect(await startWorker(child)).toMatchObject({ exitCode: exitCodes.finished.code });
    expect(await chunksDone()).toEqual(["000003.jsonl"]);
    expect(await resultOf("000003.jsonl")).toContain('"key":"3.txt"');
    const plain = { TEXTMILL_CHUNKS_OF: "left-over", TEXTMILL_CHUNK_OFFSET: "2" };
    expect(await startWorker(plain)).toMatchObject({ exitCode: exitCodes.finished.code });
    expect(await chunksDone()).toEqual(["000003.jsonl", "000004.jsonl"]);
  });

  test.each([
    [
      "its place is not in the list",
      { leftOver: [1] },
      { TEXTMILL_CHUNK_OFFSET: "1" },
      /no chunk at place 1/,
    ],
    ["there is no list", {}, { TEXTMILL_CHUNK_OFFSET: "0" }, /no left-over chunks/],
    ["the list names a chunk that the run has not", { leftOver: [9] }, {}, /chunk cannot be read/],
    [
      "it is told of another set",
      { leftOver: [1] },
      { TEXTMILL_CHUNKS_OF: "some" },
      /TEXTMILL_CHUNKS_OF is "some"/,
    ],
  ])("refuses for good when %s", async (_, planned, variables, message) => {
    const { startWorker, chunksDone } = await plannedRun({ chunks: 2, ...planned });
    const end = await startWorker({ TEXTMILL_CHUNKS_OF: "left-over", ...variables });
    expect(end.exitCode).toBe(exitCodes.refused.code);
    expect(end.errors).toMatch(message);
    expect(await chunksDone()).toEqual([]);
  });
});
