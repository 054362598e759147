import { Readable } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { ContentFault, piecesOf } from "./content.ts";
import type { Content, WriteResult } from "./interface.ts";
import { shown } from "./refusals.ts";
import type { Place } from "./s3.ts";
import { nameOf, storeError } from "./s3-errors.ts";
import { faultOfKey } from "./s3-keys.ts";

/** S3 answers 409 when two conditional writes of a key meet: one more try finds how it ended. */
const conditionalAttempts = 5;

export async function writeObject(
  place: Place,
  key: string,
  content: Content,
  ifAbsent: boolean,
): Promise<WriteResult> {
  const fault = faultOfKey(place.prefix + key);
  if (fault) return { outcome: "unwritable-name", message: `${shown(key)} cannot be written: ${fault}.` };
  for (let attempt = 1; ; attempt++) {
    try {
      return { outcome: "written", etag: await put(place, key, content, ifAbsent) };
    } catch (error) {
      if (error instanceof ContentFault) throw error.cause;
      if (ifAbsent && nameOf(error) === "PreconditionFailed") return { outcome: "exists" };
      // Content that comes piece by piece comes once.
      const canTryAgain = isWhole(content) && attempt < conditionalAttempts;
      if (nameOf(error) === "ConditionalRequestConflict" && canTryAgain) continue;
      throw storeError(error, place.bucket, "s3:PutObject");
    }
  }
}

async function put({ s3, bucket, prefix }: Place, key: string, content: Content, ifAbsent: boolean) {
  const target = { Bucket: bucket, Key: prefix + key, ...(ifAbsent ? { IfNoneMatch: "*" } : {}) };
  if (isWhole(content)) {
    // Without a length the SDK takes an empty text for a stream, and warns of it.
    const whole = { ...target, Body: content, ContentLength: Buffer.byteLength(content) };
    return (await s3.send(new PutObjectCommand(whole))).ETag ?? "";
  }
  const pieces = { ...target, Body: Readable.from(piecesOf(content)) };
  return (await new Upload({ client: s3, params: pieces }).done()).ETag ?? "";
}

const isWhole = (content: Content): content is Uint8Array | string =>
  typeof content === "string" || content instanceof Uint8Array;
