import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
} from "@aws-sdk/client-s3";
import {
  type ByteRange,
  type DownloadResult,
  type ReadRefusal,
  type ReadResult,
  StoreError,
} from "./interface.ts";
import { messageOf, shown, tooLarge } from "./refusals.ts";
import type { Place } from "./s3.ts";
import { nameOf, notFound, readRefusal, storeError } from "./s3-errors.ts";
import { faultOfKey } from "./s3-keys.ts";

export async function readObject(place: Place, key: string, range?: ByteRange): Promise<ReadResult> {
  if (!range) return getObject(place, key, {}, readWhole);
  // A range of no bytes cannot be asked for.
  const length = Math.max(0, range.end - range.start);
  const last = range.start + Math.max(1, length) - 1;
  return getObject(place, key, { Range: `bytes=${range.start}-${last}` }, async (object) => {
    const { bytes, ...rest } = await readWhole(object);
    return { ...rest, bytes: bytes.subarray(0, length) };
  });
}

export async function downloadObject(
  place: Place,
  key: string,
  path: string,
  { etag, maxBytes }: { etag: string; maxBytes: number },
): Promise<DownloadResult> {
  return getObject(place, key, { IfMatch: etag }, async ({ body, bytes }) => {
    if (bytes > maxBytes) {
      body.destroy();
      return tooLarge(key, bytes, maxBytes);
    }
    await pipeline(piecesOf({ body, bytes }), createWriteStream(path));
    return { outcome: "downloaded", bytes };
  });
}

interface ObjectBody {
  body: Readable;
  /** As announced. */
  bytes: number;
}

async function readWhole(object: ObjectBody & { etag: string }) {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(object)) pieces.push(piece);
  return { outcome: "read" as const, bytes: Buffer.concat(pieces), etag: object.etag };
}

/** A connection that was lost, or a body other than announced. What the local disk does is not among it. */
class BrokenOff extends Error {}

async function* piecesOf({ body, bytes }: ObjectBody): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const piece of body) {
      received += piece.length;
      yield piece;
    }
  } catch (cause) {
    throw new BrokenOff(`after ${received} of ${bytes} bytes: ${messageOf(cause)}`, { cause });
  }
  if (received !== bytes) throw new BrokenOff(`after ${received} of ${bytes} bytes`);
}

/** How often a body that breaks off is asked for again; the SDK retries up to the headers only. */
const bodyAttempts = 3;

async function getObject<T>(
  place: Place,
  key: string,
  input: Partial<GetObjectCommandInput>,
  use: (object: ObjectBody & { etag: string }) => Promise<T>,
): Promise<T | ReadRefusal> {
  if (faultOfKey(place.prefix + key)) return notFound(key);
  for (let attempt = 1; ; attempt++) {
    const object = await askFor(place, key, input);
    if ("outcome" in object) return object;
    try {
      return await use(object);
    } catch (cause) {
      if (!(cause instanceof BrokenOff)) {
        throw new StoreError("broken", `Keeping ${shown(key)} failed: ${messageOf(cause)}`, { cause });
      }
      if (attempt < bodyAttempts) continue;
      const message = `Reading ${shown(key)} from the bucket ${place.bucket} broke off ${attempt} times, ${cause.message}.`;
      throw new StoreError("broken", message, { cause });
    }
  }
}

/** The headers, and a body that is still to be read. */
async function askFor(
  { s3, bucket, prefix }: Place,
  key: string,
  input: Partial<GetObjectCommandInput>,
): Promise<(ObjectBody & { etag: string }) | ReadRefusal> {
  try {
    return bodyOf(await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key, ...input })));
  } catch (error) {
    // The object ends before the range begins: none of its bytes, but the rest of what is known of it.
    if (nameOf(error) === "InvalidRange") return emptied(await askFor({ s3, bucket, prefix }, key, {}));
    const refusal = readRefusal(error, key, bucket);
    if (refusal) return refusal;
    throw storeError(error, bucket, "s3:GetObject");
  }
}

function bodyOf({ Body, ContentLength, ETag = "" }: GetObjectCommandOutput): ObjectBody & { etag: string } {
  if (!(Body instanceof Readable) || ContentLength === undefined) {
    throw new Error("S3 answered without a body or without its length");
  }
  return { body: Body, bytes: ContentLength, etag: ETag };
}

function emptied(object: (ObjectBody & { etag: string }) | ReadRefusal) {
  if ("outcome" in object) return object;
  object.body.destroy();
  return { ...object, body: Readable.from([]), bytes: 0 };
}
