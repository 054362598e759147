import { describe, expect, it } from "vitest";
import { followResults, isComplete } from "../../../action/engines/results.ts";
import { type Attempt, runKeys } from "../../../worker/contract.ts";
import { ContractError } from "../../../worker/run-files.ts";
import { batchRun } from "../../support/batch-run.ts";
import { memoryStore } from "../../support/memory-store.ts";

const run = batchRun();

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    type: "attempt",
    version: 1,
    attempt: 1,
    host: "host",
    job: null,
    startedAt: "2026-01-01T10:00:00.000Z",
    updatedAt: "2026-01-01T10:00:00.000Z",
    ended: null,
    cpuSeconds: 0,
    pages: 0,
    documents: { done: 0, failed: 0, skipped: 0 },
    inFlight: [],
    ...changes,
  };
}

const counted = (done: number, pages = done, failed = 0, skipped = 0) =>
  attempt({ pages, documents: { done, failed, skipped } });

const linesOf = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** Longer than what is read at first. */
const documentLines = () =>
  linesOf(...Array.from({ length: 1000 }, (_, index) => ({ type: "document", key: `scans/${index}.pdf` })));

function followed() {
  const destination = memoryStore();
  const look = followResults(destination, run);
  const put = (chunk: number, text: string) =>
    destination.texts.set(runKeys.chunkResults(run.runId, chunk), text);
  return { destination, look, put };
}

const headBytes = 32 * 1024;

describe("a look at the results", () => {
  it("of a run that has none yet counts nothing", async () => {
    const { look } = followed();
    expect(await look()).toEqual({ done: 0, failed: 0, skipped: 0, pages: 0, changed: false });
  });

  it("counts documents by the last attempt and pages by all of them", async () => {
    const { look, put } = followed();
    put(0, linesOf(counted(3, 10), counted(5, 7, 1, 2)));
    put(1, linesOf(counted(1, 1)));
    expect(await look()).toEqual({ done: 6, failed: 1, skipped: 2, pages: 18, changed: true });
  });

  it("reads only the beginning of a file, and only when it has changed", async () => {
    const { destination, look, put } = followed();
    for (let chunk = 0; chunk < 40; chunk++) put(chunk, linesOf(counted(1)) + documentLines());
    expect(await look()).toMatchObject({ done: 40, changed: true });
    expect(destination.reads.every(({ bytes }) => bytes === headBytes)).toBe(true);
    destination.reads.length = 0;
    expect(await look()).toMatchObject({ done: 40, changed: false });
    expect(destination.reads).toEqual([]);
    put(7, linesOf(counted(3)) + documentLines());
    expect(await look()).toMatchObject({ done: 42, changed: true });
    expect(destination.reads).toEqual([{ key: runKeys.chunkResults(run.runId, 7), bytes: headBytes }]);
  });

  it.each([
    [
      "an attempt with very long keys in flight",
      [attempt({ inFlight: ["k".repeat(50_000)] }), counted(4, 9)],
    ],
    ["very many attempts", [...Array<Attempt>(300).fill(attempt()), counted(4, 9)]],
  ])("reads the whole of a file whose beginning is %s", async (_, attempts) => {
    const { look, put } = followed();
    put(0, linesOf(...attempts) + documentLines());
    expect(await look()).toMatchObject({ done: 4, pages: 9 });
  });

  it.each([-1, 0, 1])(
    "is right when the attempts end %i bytes from where the first read ends",
    async (more) => {
      const { look, put } = followed();
      const empty = Buffer.byteLength(linesOf(attempt({ inFlight: [""] }), counted(4)));
      const text = linesOf(attempt({ inFlight: ["k".repeat(headBytes - empty + more)] }), counted(4));
      expect(Buffer.byteLength(text)).toBe(headBytes + more);
      put(0, text);
      put(1, text + documentLines());
      expect(await look()).toMatchObject({ done: 8 });
    },
  );

  it("is right when the first read ends in the midst of a character", async () => {
    const { look, put } = followed();
    put(0, linesOf(attempt({ inFlight: ["é".repeat(30_000)] }), counted(4)) + documentLines());
    put(1, linesOf(attempt({ inFlight: [`x${"é".repeat(30_000)}`] }), counted(4)) + documentLines());
    expect(await look()).toMatchObject({ done: 8 });
  });

  it("leaves a file that cannot be read just now to the next look", async () => {
    const { destination, look, put } = followed();
    put(0, linesOf(counted(2)));
    const { read } = destination;
    destination.read = async () => ({ outcome: "changed", message: "replaced" });
    expect(await look()).toMatchObject({ done: 0, changed: false });
    destination.read = read;
    expect(await look()).toMatchObject({ done: 2, changed: true });
  });

  it("counts a file that was replaced between listing and reading as it is, and again at the next look", async () => {
    const { destination, look, put } = followed();
    put(0, linesOf(counted(2)));
    const { read } = destination;
    destination.read = (key, range) => {
      put(0, linesOf(counted(3)));
      return read(key, range);
    };
    expect(await look()).toMatchObject({ done: 3 });
    destination.read = read;
    expect(await look()).toMatchObject({ done: 3, changed: true });
    expect(await look()).toMatchObject({ done: 3, changed: false });
  });

  it("refuses results of another version", async () => {
    const { look, put } = followed();
    put(0, '{"type":"attempt","version":99}\n');
    await expect(look()).rejects.toThrow(ContractError);
  });
});

it.each([
  [{ done: 30, failed: 0, skipped: 0, pages: 1 }, true],
  [{ done: 10, failed: 10, skipped: 10, pages: 1 }, true],
  [{ done: 29, failed: 0, skipped: 0, pages: 1 }, false],
])("%o: whether the run of 30 documents is complete is %s", (counts, complete) => {
  expect(isComplete(run, counts)).toBe(complete);
});
