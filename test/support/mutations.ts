/**
 * Damages documents at random, as disks, networks and attackers do. Where a format guards its content by
 * checksums, part of the damage is done under them: else a decoder would never see it.
 */
import { crc32 } from "node:zlib";
import { fromBufferPromise } from "yauzl";
import { type ZipFile, zip } from "../samples/maker/zip.ts";
import { below, oneOf } from "./random.ts";

type Random = () => number;

export interface Mutant {
  /** What was done, in order. */
  changes: string[];
  bytes: Buffer;
}

/** One to three changes of a document; `others` are what parts of it may be swapped with. */
export async function mutate(original: Buffer, others: readonly Buffer[], random: Random): Promise<Mutant> {
  const isArchive = original.subarray(0, 2).toString("latin1") === "PK";
  if (isArchive && random() < 0.7) return mutateArchive(original, others, random);
  const mutant = mutateBytes(original, others, random);
  const isPng = original.subarray(1, 4).toString("latin1") === "PNG";
  if (!isPng || random() < 0.3) return mutant;
  return { changes: [...mutant.changes, "checksums"], bytes: withChecksums(mutant.bytes) };
}

/** As `mutate`, but of one file inside the archive. */
async function mutateArchive(original: Buffer, others: readonly Buffer[], random: Random): Promise<Mutant> {
  const files = await unzip(original);
  const at = below(files.length, random);
  const changed = mutateBytes(Buffer.from(files[at]?.content ?? ""), others, random);
  const bytes = zip(files.map((file, index) => (index === at ? { ...file, content: changed.bytes } : file)));
  return { changes: changed.changes, bytes };
}

async function unzip(archive: Buffer): Promise<ZipFile[]> {
  const file = await fromBufferPromise(archive);
  const files: ZipFile[] = [];
  for await (const entry of file.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await file.openReadStreamPromise(entry)) chunks.push(chunk);
    files.push({ name: entry.fileName, content: Buffer.concat(chunks) });
  }
  return files;
}

function mutateBytes(original: Buffer, others: readonly Buffer[], random: Random): Mutant {
  const changes: string[] = [];
  let bytes: Buffer = Buffer.from(original);
  for (let count = 1 + below(3, random); count > 0; count--) {
    const name = oneOf(names, random);
    changes.push(name);
    bytes = mutations[name](bytes, random, others);
  }
  return { changes, bytes };
}

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const mutations = {
  bits(bytes, random) {
    for (let count = 1 + below(16, random); count > 0 && bytes.length > 0; count--) {
      const at = below(bytes.length, random);
      bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << below(8, random)), at);
    }
    return bytes;
  },
  overwrite(bytes, random) {
    const { start, end } = block(bytes, random);
    for (let at = start; at < end; at++) bytes.writeUInt8(below(256, random), at);
    return bytes;
  },
  delete(bytes, random) {
    const { start, end } = block(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  copy(bytes, random) {
    const { start, end } = block(bytes, random);
    return insertAt(place(bytes, random), bytes.subarray(start, end), bytes);
  },
  insert(bytes, random) {
    const inserted = Buffer.from(Array.from({ length: blockBytes(random) }, () => below(256, random)));
    return insertAt(place(bytes, random), inserted, bytes);
  },
  repeat(bytes, random) {
    const { start, end } = block(bytes, random);
    const times = 2 ** below(10, random);
    return insertAt(start, Buffer.concat(Array(times).fill(bytes.subarray(start, end))), bytes);
  },
  truncate: (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  splice(bytes, random, others) {
    const other = oneOf(others, random);
    return Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))]);
  },
  /** A number as formats of bytes store it. */
  number(bytes, random) {
    const width = oneOf([1, 2, 4], random);
    if (bytes.length < width) return bytes;
    const at = Math.min(place(bytes, random), bytes.length - width);
    const highest = 2 ** (width * 8) - 1;
    const value = oneOf(
      [0, 1, highest, highest - 1, Math.floor(highest / 2), Math.ceil(highest / 2)],
      random,
    );
    if (random() < 0.5) bytes.writeUIntLE(value, at, width);
    else bytes.writeUIntBE(value, at, width);
    return bytes;
  },
  /** A number as formats of text store it. */
  digits(bytes, random) {
    const text = bytes.toString("latin1");
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const { index, 0: number } = oneOf(numbers, random);
    const value = oneOf(["0", "-1", "1", "65536", "2147483648", "99999999999999999999", "1e308"], random);
    return Buffer.from(text.slice(0, index) + value + text.slice(index + number.length), "latin1");
  },
} satisfies Record<string, Mutation>;

const names = Object.keys(mutations) as (keyof typeof mutations)[];

/** Any place; heads and tails, where the structure of most formats is, as often as all the rest. */
function place(bytes: Buffer, random: Random): number {
  const near = Math.min(bytes.length, 256);
  const kind = random();
  if (kind < 0.25) return below(near, random);
  return kind < 0.5 ? bytes.length - below(near, random) : below(bytes.length, random);
}

/** Mostly short. */
const blockBytes = (random: Random) => 1 + below(2 ** (1 + below(11, random)), random);

function block(bytes: Buffer, random: Random): { start: number; end: number } {
  const start = place(bytes, random);
  return { start, end: Math.min(bytes.length, start + blockBytes(random)) };
}

const insertAt = (at: number, inserted: Buffer, bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);

/** A PNG with the checksum of each chunk set right, as far as its chunks can be followed. */
function withChecksums(png: Buffer): Buffer {
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return png;
}
