import fc from "fast-check";
import { expect, test } from "vitest";
import { pendingDocuments } from "../../../action/planning/pending.ts";
import { type OutputFormat, outputKey } from "../../../worker/contract.ts";
import { compareKeys, type StoredObject } from "../../../worker/store.ts";
import { madeUpObject } from "../../support/made-up-store.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

async function* listing(objects: Iterable<StoredObject>): AsyncGenerator<StoredObject> {
  yield* objects;
}

const inKeyOrder = (objects: StoredObject[]) => objects.toSorted((a, b) => compareKeys(a.key, b.key));

async function doneByKey(source: StoredObject[], destination: StoredObject[], outputs: OutputFormat[]) {
  const found: [string, boolean][] = [];
  for await (const { object, done } of pendingDocuments(listing(source), listing(destination), outputs)) {
    found.push([object.key, done]);
  }
  return found;
}

function doneByKeyInMemory(source: StoredObject[], destination: StoredObject[], outputs: OutputFormat[]) {
  const written = new Map(destination.map((object) => [object.key, object.lastModified]));
  return source.map(({ key, lastModified }): [string, boolean] => {
    const times = outputs.map((format) => written.get(outputKey(key, format)));
    return [key, times.every((time) => time !== undefined && time > lastModified)];
  });
}

// Letters of the suffixes, characters around "." and "/" in the order, and two on both sides of the
// place where the order of UTF-16 units differs from that of UTF-8 bytes.
const letters = ["a", "-", ".", "/", "t", "x", ".txt", ".json", "\u{ff5e}", "\u{1f600}"];
const keys = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 5 });
const objectsOf = (key: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(key, fc.integer({ min: 0, max: 2 })), { maxLength: 30, selector: ([name]) => name })
    .map((pairs) =>
      inKeyOrder(pairs.map(([name, minute]) => madeUpObject(name, { lastModified: at(minute) }))),
    );
const formats = fc.subarray<OutputFormat>(["txt", "json"], { minLength: 1 });
const outputKeys = fc.tuple(keys, fc.constantFrom(".txt", ".json", "")).map((parts) => parts.join(""));

/** A source, and a destination with outputs of it among strangers. */
const listings = objectsOf(keys).chain((source) => {
  const outputs = source.flatMap(({ key }) => [`${key}.txt`, `${key}.json`]);
  const anyKey =
    outputs.length > 0
      ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...outputs) }, outputKeys)
      : outputKeys;
  return fc.record({ source: fc.constant(source), destination: objectsOf(anyKey) });
});

const sorted = (found: [string, boolean][]) => found.toSorted(([a], [b]) => compareKeys(a, b));

test("finds the same documents done as a comparison in memory does", async () => {
  await fc.assert(
    fc.asyncProperty(listings, formats, async ({ source, destination }, outputs) => {
      const found = await doneByKey(source, destination, outputs);
      expect(sorted(found)).toEqual(doneByKeyInMemory(source, destination, outputs));
    }),
    { numRuns: 2000 },
  );
});

test("never has more documents open than a key has bytes", async () => {
  await fc.assert(
    fc.asyncProperty(listings, formats, async ({ source, destination }, outputs) => {
      let taken = 0;
      let settled = 0;
      async function* counted() {
        for (const object of source) {
          taken += 1;
          yield object;
          // What was taken before this object and is still open begins this object's key.
          expect(taken - settled).toBeLessThanOrEqual(Buffer.byteLength(object.key));
        }
      }
      for await (const _ of pendingDocuments(counted(), listing(destination), outputs)) settled += 1;
      expect(settled).toBe(source.length);
    }),
    { numRuns: 1000 },
  );
});

test("holds a document open over all that lies between its key and its output", async () => {
  const source = ["a", "a-1", "a.t", "b"].map((key) => madeUpObject(key, { lastModified: at(1) }));
  const destination = ["a-1.txt", "a.t.txt", "a.txt"].map((key) =>
    madeUpObject(key, { lastModified: at(2) }),
  );
  expect(await doneByKey(source, destination, ["txt"])).toEqual([
    ["a-1", true],
    ["a.t", true],
    ["a", true],
    ["b", false],
  ]);
});

test("an output of the same time as its source is not newer", async () => {
  const source = [madeUpObject("a", { lastModified: at(1) })];
  const destination = [madeUpObject("a.txt", { lastModified: at(1) })];
  expect(await doneByKey(source, destination, ["txt"])).toEqual([["a", false]]);
});

test("a document with one of two outputs is not done", async () => {
  const source = [madeUpObject("a", { lastModified: at(1) })];
  const destination = [madeUpObject("a.json", { lastModified: at(2) })];
  expect(await doneByKey(source, destination, ["txt", "json"])).toEqual([["a", false]]);
});

test("closes both listings when the reader stops early", async () => {
  const closed: string[] = [];
  async function* endless(name: string) {
    try {
      for (let index = 0; ; index += 1) yield madeUpObject(String(index).padStart(9, "0"));
    } finally {
      closed.push(name);
    }
  }
  for await (const _ of pendingDocuments(endless("source"), endless("destination"), ["txt"])) break;
  expect(closed.toSorted()).toEqual(["destination", "source"]);
});

test("passes on what a listing throws", async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first object
  async function* broken(): AsyncGenerator<StoredObject> {
    throw new Error("no network");
  }
  const objects = [madeUpObject("a")];
  const fromSource = pendingDocuments(broken(), listing(objects), ["txt"]);
  const fromDestination = pendingDocuments(listing(objects), broken(), ["txt"]);
  await expect(fromSource.next()).rejects.toThrow("no network");
  await expect(fromDestination.next()).rejects.toThrow("no network");
});
