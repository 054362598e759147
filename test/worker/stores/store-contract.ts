import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Store, StoredObject } from "../../../worker/store.ts";
import { hostileKeys, keyOfBytes } from "../../support/hostile-keys.ts";

interface Restrictions {
  /** In bytes, where a prefix takes some of S3's 1,024. */
  longestKey?: number;
  /** Of the service that is tested against; the caller says which, and why. */
  isKeyPossible?: (key: string) => boolean;
  /** Whether the service that is tested against lets one writer win when many ask for an absent key at once. */
  isConditionAtomic?: boolean;
}

/** What every store promises. `makeStore` gives an empty one. */
export function describeStore(
  name: string,
  makeStore: () => Promise<Store>,
  { longestKey = 1024, isKeyPossible = () => true, isConditionAtomic = true }: Restrictions = {},
): void {
  const keys = hostileKeys.filter(isKeyPossible);
  describe(`${name}: names`, () => describeNames(makeStore, keys, longestKey));
  describe(`${name}: listing`, () => describeListing(makeStore, keys));
  describe(`${name}: reading`, () => describeReading(makeStore));
  describe(`${name}: downloading`, () => describeDownloading(makeStore));
  describe(`${name}: writing`, () => describeWriting(makeStore));
  describe(`${name}: conditional writing`, () => describeConditionalWriting(makeStore, isConditionAtomic));
  describe(`${name}: removing`, () => describeRemoving(makeStore, keys));
}

function describeNames(makeStore: () => Promise<Store>, hostile: string[], longestKey: number): void {
  const keys = [...hostile, ".", "..", keyOfBytes(longestKey)];
  it.each(keys.map((key) => [JSON.stringify(key).slice(0, 60), key]))(
    "keeps an object when its key is %s",
    async (_, key) => {
      const store = await makeStore();
      expect(await store.write(key, `at ${key}`)).toMatchObject({ outcome: "written" });
      expect(await textOf(store, key)).toBe(`at ${key}`);
      const [listed, ...others] = await all(store.list());
      expect(others).toEqual([]);
      expect(listed).toMatchObject({ key, bytes: Buffer.byteLength(`at ${key}`) });
      expect(await downloaded(store, listed)).toBe(`at ${key}`);
    },
  );

  it("keeps every object apart when their keys look alike", async () => {
    const store = await storeWith(makeStore, hostile);
    for (const key of hostile) expect(await textOf(store, key)).toBe(`at ${key}`);
  });

  it.each([
    ["is longer than any store allows", "x/".repeat(2100)],
    ["is half a surrogate pair", "half \ud83d.pdf"],
  ])("refuses a key that %s, as unwritable and as not found", async (_, key) => {
    const store = await makeStore();
    // What half a pair would become on its way to the disk.
    await store.write("half \ufffd.pdf", "another");
    expect(await store.write(key, "text")).toMatchObject({ outcome: "unwritable-name" });
    expect(await store.read(key)).toMatchObject({ outcome: "not-found" });
    expect(await all(store.list())).toMatchObject([{ key: "half \ufffd.pdf", bytes: 7 }]);
  });
}

function describeListing(makeStore: () => Promise<Store>, keys: string[]): void {
  it("lists all keys in the order of their UTF-8 bytes", async () => {
    const store = await storeWith(makeStore, keys.toReversed());
    const listed = (await all(store.list())).map(({ key }) => key);
    expect(listed).toEqual(inByteOrder(keys));
  });

  it.each([
    "",
    "dots/",
    "dots/..",
    "dots/../",
    "folder",
    "folder/",
    "/",
    "//",
    "%",
    "%2",
    "em",
    "nothing/",
    "new\n",
  ])("lists exactly the keys that begin with %j", async (prefix) => {
    const store = await storeWith(makeStore, keys);
    const listed = (await all(store.list(prefix))).map(({ key }) => key);
    expect(listed).toEqual(inByteOrder(keys.filter((key) => key.startsWith(prefix))));
  });

  it("lists nothing when the prefix is in the middle of the keys", async () => {
    const store = await storeWith(makeStore, ["a/b/c.pdf"]);
    expect(await all(store.list("b/"))).toEqual([]);
    expect(await all(store.list("a/b/c.pdf/"))).toEqual([]);
  });

  it("tells the size, the etag and the time of each object", async () => {
    const store = await makeStore();
    const before = Date.now();
    const written = await store.write("a.txt", "four");
    const [object] = await all(store.list());
    expect(object).toEqual({
      key: "a.txt",
      bytes: 4,
      etag: written.outcome === "written" && written.etag,
      lastModified: expect.any(Date),
    });
    expect(Math.abs(Number(object?.lastModified) - before)).toBeLessThan(60_000);
  });

  it("stops when the reader of the listing does", async () => {
    const store = await storeWith(makeStore, ["a", "b", "c"]);
    for await (const { key } of store.list()) {
      expect(key).toBe("a");
      break;
    }
  });
}

function describeReading(makeStore: () => Promise<Store>): void {
  it.each([
    ["the first bytes", { start: 0, end: 4 }, "0123"],
    ["bytes in the middle", { start: 3, end: 7 }, "3456"],
    ["what there is of a range that ends too late", { start: 8, end: 1_000_000 }, "89"],
    ["nothing of a range that begins at the end", { start: 10, end: 20 }, ""],
    ["nothing of a range that begins after the end", { start: 100, end: 200 }, ""],
    ["nothing of an empty range", { start: 4, end: 4 }, ""],
  ])("reads %s", async (_, range, text) => {
    const store = await makeStore();
    const written = await store.write("digits", "0123456789");
    const read = await store.read("digits", range);
    expect(read).toEqual({ ...written, outcome: "read", bytes: expect.anything() });
    expect(textIn(read)).toBe(text);
  });

  it("reads nothing of an empty object, with and without a range", async () => {
    const store = await makeStore();
    await store.write("empty", "");
    expect(textIn(await store.read("empty"))).toBe("");
    expect(textIn(await store.read("empty", { start: 0, end: 100 }))).toBe("");
  });

  it("says not-found, with the key, when there is no such object", async () => {
    const store = await storeWith(makeStore, ["folder/a.pdf"]);
    for (const key of [
      "b.pdf",
      "folder",
      "folder/",
      "folder/b.pdf",
      "folder/a.pdf/",
      "folder/a.pdf/b",
      "../x",
      "",
      "nul\0.pdf",
    ]) {
      const read = await store.read(key);
      // A folder store knows better when the key is that of a folder.
      expect(read.outcome).toBe(
        key === "folder" && read.outcome === "not-a-file" ? "not-a-file" : "not-found",
      );
      expect(read).toMatchObject({ message: expect.stringContaining(JSON.stringify(key)) });
    }
  });

  it("shows a reader the old or the new object when a writer replaces it", async () => {
    const store = await makeStore();
    const texts = ["old", "new"].map((text) => text.repeat(350_000));
    await store.write("a.txt", texts[0] ?? "");
    let isWriting = true;
    const writing = (async () => {
      for (let turn = 1; turn <= 20; turn++) await store.write("a.txt", texts[turn % 2] ?? "");
      isWriting = false;
    })();
    let reads = 0;
    while (isWriting || reads === 0) {
      const text = await textOf(store, "a.txt");
      expect(texts.includes(text)).toBe(true);
      reads++;
    }
    await writing;
  });
}

function describeDownloading(makeStore: () => Promise<Store>): void {
  it.each([
    ["empty", ""],
    ["of one megabyte", "0123456789abcdef".repeat(65_536)],
  ])("copies an object that is %s", async (_, content) => {
    const store = await makeStore();
    await store.write("a.pdf", content);
    const [object] = await all(store.list());
    expect((await downloaded(store, object)) === content).toBe(true);
  });

  it("says changed when the object was replaced after it was listed", async () => {
    const store = await storeWith(makeStore, ["a.pdf"]);
    const [object] = await all(store.list());
    await store.write("a.pdf", "another text");
    expect(await download(store, object)).toMatchObject({ outcome: "changed" });
  });

  it("says too-large when the object has a byte more than allowed, and copies it when it has not", async () => {
    const store = await makeStore();
    await store.write("a.pdf", "12345");
    const [object] = await all(store.list());
    const refused = await download(store, object, 4);
    expect(refused).toMatchObject({ outcome: "too-large", message: expect.stringMatching(/5 bytes.*4/) });
    expect(await download(store, object, 5)).toEqual({ outcome: "downloaded", bytes: 5 });
  });

  it("says not-found when the object does not exist", async () => {
    const store = await makeStore();
    const object = { key: "a.pdf", bytes: 1, etag: '"etag"', lastModified: new Date() };
    expect(await download(store, object)).toMatchObject({ outcome: "not-found" });
  });

  it("blames the disk, not the document, when the copy cannot be kept", async () => {
    const store = await storeWith(makeStore, ["a.pdf"]);
    const [object] = await all(store.list());
    const copying = store.download("a.pdf", "/nowhere/at/all", { etag: object?.etag ?? "", maxBytes: 100 });
    await expect(copying).rejects.toMatchObject({
      code: "broken",
      message: expect.stringContaining("ENOENT"),
    });
  });
}

function describeWriting(makeStore: () => Promise<Store>): void {
  it("keeps bytes as they are", async () => {
    const store = await makeStore();
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await store.write("bytes", bytes);
    const read = await store.read("bytes");
    expect(read.outcome === "read" && Buffer.from(bytes).equals(read.bytes)).toBe(true);
  });

  it("replaces an object, and its etag, when it is written again", async () => {
    const store = await makeStore();
    const first = await store.write("a.txt", "first");
    const second = await store.write("a.txt", "second");
    expect(await textOf(store, "a.txt")).toBe("second");
    expect(second).not.toEqual(first);
    expect(await store.read("a.txt")).toMatchObject({ ...second, outcome: "read" });
    expect(await all(store.list())).toHaveLength(1);
  });

  it.each([
    ["nothing", 0, ""],
    ["a few pieces", 3, "line\n"],
    // More than a part of an upload to S3, which has five megabytes.
    ["twelve megabytes", 12, "\u00e9".repeat(524_288)],
  ])("writes content that comes piece by piece: %s", async (_, count, piece) => {
    const store = await makeStore();
    const written = await store.write("a.txt", pieces(Array.from({ length: count }, () => piece)));
    expect(written.outcome).toBe("written");
    expect((await textOf(store, "a.txt")) === piece.repeat(count)).toBe(true);
    expect(await all(store.list())).toMatchObject([{ bytes: Buffer.byteLength(piece) * count }]);
  });

  it.each([
    ["at once", 0],
    ["half-way", 3],
    ["after eleven megabytes", 11],
  ])("writes nothing when the content fails %s, and throws what it threw", async (_, megabytes) => {
    const store = await makeStore();
    const content = failing(megabytes);
    await expect(store.write("new.txt", content.pieces)).rejects.toBe(content.fault);
    expect(await store.read("new.txt")).toMatchObject({ outcome: "not-found" });
    expect(await all(store.list())).toEqual([]);
  });

  it("keeps the old object when the content that was to replace it fails", async () => {
    const store = await makeStore();
    await store.write("a.txt", "old");
    const content = failing(1);
    await expect(store.write("a.txt", content.pieces)).rejects.toBe(content.fault);
    expect(await textOf(store, "a.txt")).toBe("old");
  });

  it("keeps one whole text when twenty write to a key at once", async () => {
    const store = await makeStore();
    const texts = Array.from({ length: 20 }, (_, index) => `${index};`.repeat(10_000));
    const written = await Promise.all(texts.map((text) => store.write("folder/a.txt", text)));
    expect(written.every(({ outcome }) => outcome === "written")).toBe(true);
    expect(texts.includes(await textOf(store, "folder/a.txt"))).toBe(true);
  });
}

function describeConditionalWriting(makeStore: () => Promise<Store>, isConditionAtomic: boolean): void {
  it.skipIf(!isConditionAtomic).each([
    ["whole", (text: string) => text],
    ["piece by piece", (text: string) => pieces([text])],
  ])("lets exactly one of twenty write when each asks for an absent key, %s", async (_, contentOf) => {
    const store = await makeStore();
    const indexes = Array.from({ length: 20 }, (_, index) => index);
    const results = await Promise.all(
      indexes.map((index) => store.write("folder/claim", contentOf(`by ${index}`), { ifAbsent: true })),
    );
    const winners = indexes.filter((index) => results[index]?.outcome === "written");
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual([
      ...Array.from({ length: 19 }, () => "exists"),
      "written",
    ]);
    expect(await textOf(store, "folder/claim")).toBe(`by ${winners[0]}`);
  });

  it("leaves an object as it is when it was to be written only if absent", async () => {
    const store = await makeStore();
    await store.write("a.txt", "first");
    expect(await store.write("a.txt", "second", { ifAbsent: true })).toEqual({ outcome: "exists" });
    expect(await store.write("a.txt", pieces(["third"]), { ifAbsent: true })).toEqual({ outcome: "exists" });
    expect(await textOf(store, "a.txt")).toBe("first");
  });
}

function describeRemoving(makeStore: () => Promise<Store>, hostile: string[]): void {
  const ownKeys = hostile.map((key) => `.textmill/runs/${key}`);
  const keysIn = async (store: Store) => (await all(store.list())).map(({ key }) => key);

  it("removes each of many objects and nothing else, whatever their keys", async () => {
    const store = await storeWith(makeStore, [...hostile, ...ownKeys]);
    const half = ownKeys.filter((_, index) => index % 2 === 0);
    await store.remove(half);
    expect(await keysIn(store)).toEqual(
      inByteOrder([...hostile, ...ownKeys.filter((key) => !half.includes(key))]),
    );
    await store.remove(ownKeys);
    expect(await keysIn(store)).toEqual(inByteOrder(hostile));
    for (const key of ownKeys) expect(await store.read(key)).toMatchObject({ outcome: "not-found" });
  });

  it("lets an object be written again after it was removed, also where nothing else is left", async () => {
    const store = await storeWith(makeStore, [".textmill/runs/1/chunks/0"]);
    await store.remove([".textmill/runs/1/chunks/0"]);
    const written = await store.write(".textmill/runs/1/chunks/0", "again", { ifAbsent: true });
    expect(written).toMatchObject({ outcome: "written" });
    expect(await textOf(store, ".textmill/runs/1/chunks/0")).toBe("again");
  });

  it.each([
    "a.pdf.txt",
    "letters/.textmill/a.txt",
    "../a.txt",
    "/.textmill/a.txt",
    ".textmil",
    ".textmill",
    ".TEXTMILL/a.txt",
    "",
  ])("refuses the key %j, which is not of Textmill's own, and removes nothing", async (key) => {
    const others = [".textmill/runs/1/run.json", "a.pdf.txt"];
    const store = await storeWith(makeStore, others);
    await expect(store.remove([".textmill/runs/1/run.json", key])).rejects.toThrow("nothing was deleted");
    expect(await keysIn(store)).toEqual(others);
  });

  it("takes what does not exist, or cannot, for removed", async () => {
    const store = await storeWith(makeStore, [".textmill/a/b", ".textmill/half \ufffd"]);
    await store.remove([
      ".textmill/",
      ".textmill/a",
      ".textmill/a/",
      ".textmill/a/b/",
      ".textmill/a/b/c",
      ".textmill/c",
      ".textmill/nul\0",
      ".textmill/half \ud83d",
      `.textmill/${"x/".repeat(2100)}`,
    ]);
    await store.remove([]);
    expect(await keysIn(store)).toEqual([".textmill/a/b", ".textmill/half \ufffd"]);
  });

  it("has no unfinished write when none was interrupted", async () => {
    const store = await storeWith(makeStore, [".textmill/a", "b"]);
    expect(await all(store.unfinishedWrites())).toEqual([]);
  });
}

// --- Support ---------------------------------------------------------------------------------

async function storeWith(makeStore: () => Promise<Store>, keys: readonly string[]): Promise<Store> {
  const store = await makeStore();
  for (const key of keys) await store.write(key, `at ${key}`);
  return store;
}

export async function all(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

export async function textOf(store: Store, key: string): Promise<string> {
  return textIn(await store.read(key));
}

function textIn(result: Awaited<ReturnType<Store["read"]>>): string {
  if (result.outcome !== "read") throw new Error(`${result.outcome}: ${result.message}`);
  return Buffer.from(result.bytes).toString("utf8");
}

const inByteOrder = (keys: readonly string[]) =>
  keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

async function downloadPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-download-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "document");
}

async function download(store: Store, object: StoredObject | undefined, maxBytes = 1e9) {
  if (object === undefined) throw new Error("nothing was listed");
  return store.download(object.key, await downloadPath(), { etag: object.etag, maxBytes });
}

async function downloaded(store: Store, object: StoredObject | undefined): Promise<string> {
  if (object === undefined) throw new Error("nothing was listed");
  const path = await downloadPath();
  const result = await store.download(object.key, path, { etag: object.etag, maxBytes: object.bytes });
  const text = await readFile(path, "utf8");
  expect(result).toEqual({ outcome: "downloaded", bytes: Buffer.byteLength(text) });
  return text;
}

async function* pieces(texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

function failing(megabytes: number) {
  const fault = new Error("the listing broke off");
  async function* content(): AsyncGenerator<string> {
    for (let piece = 0; piece < megabytes; piece++) yield "x".repeat(2 ** 20);
    throw fault;
  }
  return { fault, pieces: content() };
}
