import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { ListedDocument } from "../../../action/planning/pending.ts";
import { type Spool, spoolDocuments } from "../../../action/planning/spool.ts";
import type { ChunkDocument } from "../../../worker/contract.ts";
import { madeUpArchive, madeUpObject } from "../../support/made-up-store.ts";

const spools: Spool[] = [];
afterEach(async () => {
  for (const spool of spools.splice(0)) await spool.remove();
});

const predict = ({ bytes }: ChunkDocument) => bytes / 1000;

async function* listed(documents: Iterable<ListedDocument>): AsyncGenerator<ListedDocument> {
  yield* documents;
}

async function spooled(documents: Iterable<ListedDocument>): Promise<Spool> {
  const spool = await spoolDocuments(listed(documents), predict);
  spools.push(spool);
  return spool;
}

const pending = (key: string): ListedDocument => ({ object: madeUpObject(key), done: false });

async function keysOf(spool: Spool): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of spool.documents()) keys.push(key);
  return keys;
}

test("keeps what is not done and counts the rest", async () => {
  const object = madeUpObject("b", { bytes: 500, etag: '"1"', lastModified: new Date(0) });
  const spool = await spooled([
    { object: madeUpObject("a"), done: true },
    { object, done: false },
    pending("c"),
  ]);
  expect(spool.totals).toEqual({ documents: 2, bytes: 1500, alreadyDone: 1, cpuSeconds: 1.5 });
  const { value } = await spool.documents().next();
  expect(value).toEqual({ key: "b", bytes: 500, etag: '"1"', lastModified: "1970-01-01T00:00:00.000Z" });
});

test("gives back every key as it was, as often as asked for", async () => {
  const keys = [
    "a\nb",
    "a\r\nb",
    "a\u2028b\u2029c\u0085d",
    '"\\',
    "\u{1f600}",
    "\ud800",
    "\0",
    "a ",
    "__proto__",
  ];
  const spool = await spooled(keys.map(pending));
  expect(await keysOf(spool)).toEqual(keys);
  expect(await keysOf(spool)).toEqual(keys);
});

test("gives back more than its buffers hold, in order", async () => {
  const objects = [...madeUpArchive(20_000)].map((object, index) => ({
    object: { ...object, key: `${object.key}${"\u{1f600}".repeat(index % 7)}` },
    done: false,
  }));
  const spool = await spooled(objects);
  expect(await keysOf(spool)).toEqual(objects.map(({ object }) => object.key));
});

test("an empty plan is an empty spool", async () => {
  const spool = await spooled([]);
  expect(spool.totals).toEqual({ documents: 0, bytes: 0, alreadyDone: 0, cpuSeconds: 0 });
  expect(await keysOf(spool)).toEqual([]);
});

test("is written line by line, and nothing of it is left once it is removed", async () => {
  const spool = await spooled([pending("a"), pending("b")]);
  expect((await readFile(spool.path, "utf8")).split("\n")).toHaveLength(3);
  await spool.remove();
  await spool.remove();
  expect(existsSync(dirname(spool.path))).toBe(false);
});

test("leaves no file when the listing fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "textmill-spool-test-"));
  vi.stubEnv("TMPDIR", folder);
  try {
    async function* failing() {
      yield pending("a");
      expect(await readdir(folder)).toHaveLength(1);
      throw new Error("no network");
    }
    await expect(spoolDocuments(failing(), predict)).rejects.toThrow("no network");
    expect(await readdir(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
