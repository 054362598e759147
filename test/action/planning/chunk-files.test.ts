import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { writeChunks } from "../../../action/planning/chunk-files.ts";
import { type ChunkDocument, contractVersion, runKeys } from "../../../worker/contract.ts";
import { madeUpStore } from "../../support/made-up-store.ts";

const document = (key: string): ChunkDocument => ({
  key,
  bytes: 1,
  etag: '"1"',
  lastModified: "2026-01-01T00:00:00.000Z",
});

async function* chunksOf(count: number, onTaken?: (index: number) => void): AsyncGenerator<ChunkDocument[]> {
  for (let index = 0; index < count; index += 1) {
    onTaken?.(index);
    yield [document(`${index}\n`), document(`${index}-b`)];
  }
}

test("writes a header and a line for each document, under the chunk's number", async () => {
  const files = new Map<string, string>();
  const destination = madeUpStore({ onWrite: (key, text) => void files.set(key, text) });
  expect(await writeChunks(destination, "run", "plan", chunksOf(20))).toBe(20);

  const wanted = Array.from({ length: 20 }, (_, index) => runKeys.chunk("run", index));
  expect([...files.keys()].toSorted()).toEqual(wanted);
  for (const [index, key] of wanted.entries()) {
    const text = files.get(key) ?? "";
    expect(text.endsWith("\n")).toBe(true);
    const [header, ...documents] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(header).toEqual({ version: contractVersion, planId: "plan", documents: 2 });
    expect(documents).toEqual([document(`${index}\n`), document(`${index}-b`)]);
  }
});

test("writes nothing when there is no chunk", async () => {
  const destination = madeUpStore();
  expect(await writeChunks(destination, "run", "plan", chunksOf(0))).toBe(0);
  expect(destination.counts.writes).toBe(0);
});

test("takes no more chunks than it has puts in flight", async () => {
  let taken = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  let mostHeld = 0;
  let written = 0;
  const destination = madeUpStore({
    async onWrite() {
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      await wait(1);
      inFlight -= 1;
      written += 1;
    },
  });
  const chunks = chunksOf(100, () => {
    taken += 1;
    mostHeld = Math.max(mostHeld, taken - written);
  });
  await writeChunks(destination, "run", "plan", chunks);
  expect(mostInFlight).toBe(8);
  expect(mostHeld).toBeLessThanOrEqual(8);
});

test("stops at the first failure, with nothing in flight", async () => {
  let inFlight = 0;
  const destination = madeUpStore({
    async onWrite(key) {
      inFlight += 1;
      await wait(1);
      inFlight -= 1;
      if (key === runKeys.chunk("run", 10)) throw new Error("disk full");
    },
  });
  await expect(writeChunks(destination, "run", "plan", chunksOf(1000))).rejects.toThrow("disk full");
  expect(inFlight).toBe(0);
  expect(destination.counts.writes).toBeLessThan(40);
});

test("passes on what cutting throws", async () => {
  async function* failing() {
    yield [document("a")];
    throw new Error("spool gone");
  }
  await expect(writeChunks(madeUpStore(), "run", "plan", failing())).rejects.toThrow("spool gone");
});

test("a destination that cannot hold a chunk file fails the plan", async () => {
  const destination = madeUpStore();
  destination.write = async () => ({ outcome: "unwritable-name", message: "a file is in the way" });
  await expect(writeChunks(destination, "run", "plan", chunksOf(1))).rejects.toThrow(
    `Cannot write ${runKeys.chunk("run", 0)} to s3://made-up/: a file is in the way`,
  );
});
