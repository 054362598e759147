/** A store without a disk: it lists what a generator makes up, and counts what is written to it. */

import type { Content, Store, StoredObject } from "../../worker/store.ts";
import { seededRandom } from "./random.ts";

export interface MadeUpStore extends Store {
  readonly counts: { lists: number; listed: number; writes: number; bytesWritten: number };
}

export interface MadeUpStoreOptions {
  location?: string;
  /** In key order, anew at each call. */
  objects?: () => Iterable<StoredObject>;
  onWrite?: (key: string, text: string) => Promise<void> | void;
}

export function madeUpStore(options: MadeUpStoreOptions = {}): MadeUpStore {
  const { location = "s3://made-up/", objects = () => [], onWrite } = options;
  const counts = { lists: 0, listed: 0, writes: 0, bytesWritten: 0 };
  const notFound = async (key: string) => ({ outcome: "not-found" as const, message: `${key} is made up` });
  return {
    location,
    counts,
    async *list(prefix = "") {
      counts.lists += 1;
      for (const object of objects()) {
        if (!object.key.startsWith(prefix)) continue;
        counts.listed += 1;
        yield object;
      }
    },
    read: notFound,
    download: notFound,
    async write(key, content) {
      const text = await textOf(content);
      counts.writes += 1;
      counts.bytesWritten += Buffer.byteLength(text);
      await onWrite?.(key, text);
      return { outcome: "written", etag: `"${counts.writes}"` };
    },
    async remove() {
      throw new Error("What is made up cannot be deleted.");
    },
    async *unfinishedWrites() {},
  };
}

async function textOf(content: Content): Promise<string> {
  if (typeof content === "string") return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece as string));
  return Buffer.concat(pieces).toString();
}

const scannedAt = new Date("2026-01-01T00:00:00Z");
const recognisedAt = new Date("2026-02-01T00:00:00Z");

export function madeUpObject(key: string, changes: Partial<StoredObject> = {}): StoredObject {
  return { key, bytes: 1000, etag: '"made-up"', lastModified: scannedAt, ...changes };
}

const keysPerFolder = 500;
const extensions = ["jpg", "jpg", "jpg", "pdf", "pdf", "tif", "png", "txt"];

/** An archive of scans in key order, the same at each call: folders of 500, sizes as scans have them. */
export function* madeUpArchive(keys: number): Generator<StoredObject> {
  const random = seededRandom(1);
  for (let index = 0; index < keys; index += 1) {
    const extension = extensions[Math.floor(random() * extensions.length)];
    const folder = String(Math.floor(index / keysPerFolder)).padStart(6, "0");
    const key = `archive/box-${folder}/page ${String(index).padStart(9, "0")}.${extension}`;
    yield madeUpObject(key, { bytes: scanBytes(random) });
  }
}

/** Outputs of every second document of that archive, as an earlier run would have left them. */
export function* madeUpOutputs(keys: number, formats: string[]): Generator<StoredObject> {
  let index = 0;
  for (const { key } of madeUpArchive(keys)) {
    index += 1;
    if (index % 2 === 0) continue;
    for (const format of formats.toSorted()) {
      yield madeUpObject(`${key}.${format}`, { lastModified: recognisedAt });
    }
  }
}

/** Log-normal: half of the scans under 400 KB, one in a thousand over 8 MB. */
function scanBytes(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(400_000 * Math.exp(normal));
}
