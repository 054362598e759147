import { afterEach, describe, expect, test } from "vitest";
import { writeChunks } from "../../../action/planning/chunk-files.ts";
import { InvalidPattern } from "../../../action/planning/documents.ts";
import { listedPerCall, type Plan, type PlanRequest, planRun } from "../../../action/planning/plan.ts";
import type { ChunkDocument } from "../../../worker/contract.ts";
import { type StoredObject, StoreError } from "../../../worker/store.ts";
import { madeUpArchive, madeUpObject, madeUpOutputs, madeUpStore } from "../../support/made-up-store.ts";

const plans: Plan[] = [];
afterEach(async () => {
  for (const plan of plans.splice(0)) await plan.discard();
});

const later = new Date("2026-03-01T00:00:00Z");
const output = (key: string) => madeUpObject(key, { lastModified: later });
const storeOf = (objects: StoredObject[]) => madeUpStore({ objects: () => objects });

async function planned(
  request: Pick<PlanRequest, "source" | "destination"> & Partial<PlanRequest>,
): Promise<Plan> {
  const plan = await planRun({
    filters: { include: [], exclude: [] },
    settings: { outputs: ["txt"] },
    force: false,
    workers: 2,
    processesPerWorker: 4,
    chunkMinutes: 15,
    ...request,
  });
  plans.push(plan);
  return plan;
}

async function keysOf(plan: Plan): Promise<string[]> {
  const keys: string[] = [];
  for await (const chunk of plan.chunks()) keys.push(...chunk.map(({ key }) => key));
  return keys;
}

const source = storeOf(
  ["a.pdf", "b.pdf", "c.png", "drafts/", "drafts/d.pdf"].map((key) =>
    madeUpObject(key, key.endsWith("/") ? { bytes: 0 } : {}),
  ),
);

test("plans what the filters let through and the destination lacks", async () => {
  const destination = storeOf([output("a.pdf.txt"), output("c.png.txt"), output("drafts/d.pdf.txt")]);
  const plan = await planned({
    source,
    destination,
    filters: { include: ["**/*.pdf"], exclude: ["drafts/"] },
  });
  expect(await keysOf(plan)).toEqual(["b.pdf"]);
  expect(plan.totals).toEqual({ documents: 1, bytes: 1000, alreadyDone: 1 });
  expect(plan.forecast.cpuSeconds).toBeGreaterThan(0);
  expect(plan.estimatedChunks).toBe(1);
});

test("with force plans all, without listing the destination", async () => {
  const destination = storeOf([output("a.pdf.txt")]);
  const plan = await planned({ source, destination, force: true });
  expect(await keysOf(plan)).toEqual(["a.pdf", "b.pdf", "c.png", "drafts/d.pdf"]);
  expect(plan.totals.alreadyDone).toBe(0);
  expect(destination.counts.lists).toBe(0);
});

test("asks for every format", async () => {
  const destination = storeOf([output("a.pdf.json"), output("a.pdf.txt"), output("b.pdf.txt")]);
  const plan = await planned({ source, destination, settings: { outputs: ["txt", "json"] } });
  expect(await keysOf(plan)).toEqual(["b.pdf", "c.png", "drafts/d.pdf"]);
});

test("changes nothing in either store", async () => {
  const destination = storeOf([]);
  await planned({ source, destination });
  expect(source.counts.writes + destination.counts.writes).toBe(0);
});

test("takes the files of runs for no outputs", async () => {
  const scan = storeOf([madeUpObject(".textmill/runs/1/results.jsonl"), madeUpObject("a")]);
  const plan = await planned({
    source: scan,
    destination: storeOf([output(".textmill/x.txt"), output("a.txt")]),
  });
  expect(plan.totals).toMatchObject({ documents: 0, alreadyDone: 1 });
  expect(plan.estimatedChunks).toBe(0);
});

describe("a missing store", () => {
  const missing = madeUpStore({
    objects() {
      throw new StoreError("missing", "s3://made-up/ does not exist");
    },
  });

  test("is empty as a destination", async () => {
    expect((await planned({ source, destination: missing })).totals.documents).toBe(4);
  });

  test("is an error as a source", async () => {
    await expect(planned({ source: missing, destination: missing })).rejects.toThrow("does not exist");
  });

  test.each([new Error("no network"), new StoreError("broken", "no network")])(
    "is not what another failure is taken for: %o",
    async (failure) => {
      const broken = madeUpStore({
        objects() {
          throw failure;
        },
      });
      await expect(planned({ source, destination: broken })).rejects.toThrow("no network");
    },
  );
});

test("an invalid pattern is refused before anything is listed", async () => {
  const unlisted = storeOf([]);
  const filters = { include: ["[a"], exclude: [] };
  await expect(planned({ source: unlisted, destination: unlisted, filters })).rejects.toThrow(InvalidPattern);
  expect(unlisted.counts.lists).toBe(0);
});

test("cuts a large archive by its work, reports the listing, and writes what it planned", async () => {
  const keys = 2 * listedPerCall;
  const archive = madeUpStore({ objects: () => madeUpArchive(keys) });
  let lines = 0;
  const destination = madeUpStore({
    objects: () => madeUpOutputs(keys, ["txt"]),
    onWrite: (_, text) => {
      lines += text.split("\n").length - 2;
    },
  });
  const listed: number[] = [];
  const plan = await planned({
    source: archive,
    destination,
    workers: 64,
    onListed: (count) => listed.push(count),
  });
  expect(listed).toEqual([listedPerCall, 2 * listedPerCall]);
  expect(plan.totals).toMatchObject({ documents: keys / 2, alreadyDone: keys / 2 });

  const chunks = await writeChunks(destination, "run", "plan", plan.chunks());
  expect(lines).toBe(keys / 2);
  expect(Math.abs(chunks - plan.estimatedChunks)).toBeLessThanOrEqual(0.05 * chunks);
  expect(archive.counts).toMatchObject({ lists: 1, listed: keys });
  expect(destination.counts).toMatchObject({ lists: 1, listed: keys / 2, writes: chunks });
});

test("reads each listing only as fast as it is merged and spooled", async () => {
  let furthestAhead = 0;
  const keys = 20_000;
  const read = { source: 0, destination: 0 };
  function* watched(name: keyof typeof read, objects: Iterable<StoredObject>) {
    for (const object of objects) {
      read[name] += 1;
      furthestAhead = Math.max(furthestAhead, Math.abs(read.source - read.destination));
      yield object;
    }
  }
  await planned({
    source: madeUpStore({ objects: () => watched("source", madeUpArchive(keys)) }),
    destination: madeUpStore({ objects: () => watched("destination", madeUpOutputsOfAll(keys)) }),
  });
  expect(read).toEqual({ source: keys, destination: keys });
  expect(furthestAhead).toBeLessThanOrEqual(2);
});

function* madeUpOutputsOfAll(keys: number): Generator<StoredObject> {
  for (const { key } of madeUpArchive(keys)) yield output(`${key}.txt`);
}

test("sends the same chunks each time they are asked for", async () => {
  const plan = await planned({ source, destination: storeOf([]) });
  const first: ChunkDocument[][] = [];
  for await (const chunk of plan.chunks()) first.push(chunk);
  expect(await keysOf(plan)).toEqual(first.flat().map(({ key }) => key));
});
