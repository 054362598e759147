import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import {
  type Content,
  type ReadRefusal,
  type Store,
  type StoredObject,
  StoreError,
  type WriteResult,
} from "./interface.ts";

interface Place {
  s3: S3Client;
  bucket: string;
  prefix: string;
}

/** A prefix of a bucket. Credentials, region and endpoint are the SDK's own. */
export function s3Store({ bucket, prefix }: { bucket: string; prefix: string }): Store {
  // S3 answers 503 SlowDown while it splits a busy prefix, which takes minutes: many attempts, with back-off.
  const s3 = new S3Client({ maxAttempts: 8, followRegionRedirects: true });
  const place = { s3, bucket, prefix };
  return {
    location: `s3://${bucket}/${prefix}`,
    list: (within = "") => listObjects(place, within),
    read: (key, range) =>
      getObject(
        place,
        key,
        range ? { Range: `bytes=${range.start}-${range.end - 1}` } : {},
        async (object) => ({
          outcome: "read",
          bytes: (await object.Body?.transformToByteArray()) ?? new Uint8Array(),
          etag: object.ETag ?? "",
        }),
      ),
    download: (key, path, { etag, maxBytes }) =>
      getObject(place, key, { IfMatch: etag }, async (object) => {
        const { Body: body, ContentLength: bytes = 0 } = object;
        if (!(body instanceof Readable)) throw new Error("S3 answered without a body.");
        if (bytes > maxBytes) {
          body.destroy();
          return tooLarge(key, bytes, maxBytes);
        }
        await pipeline(body, createWriteStream(path));
        return { outcome: "downloaded", bytes };
      }),
    write: (key, content, condition) => putObject(place, key, content, condition?.ifAbsent ?? false),
  };
}

// --- Listing ---------------------------------------------------------------------------------

/** S3 lists a general-purpose bucket in the order of the keys' UTF-8 bytes, 1,000 at a time. */
async function* listObjects(place: Place, within: string): AsyncGenerator<StoredObject> {
  const { bucket, prefix } = place;
  let token: string | undefined;
  do {
    const page = await listPage(place, within, token);
    for (const { Key: key = "", Size = 0, ETag = "", LastModified = new Date(0) } of page.Contents ?? []) {
      const name = decodeListed(key).slice(prefix.length);
      // The marker of the prefix itself, as consoles make it.
      if (name !== "") yield { key: name, bytes: Size, etag: ETag, lastModified: LastModified };
    }
    token = page.NextContinuationToken;
    if (page.IsTruncated && token === undefined) {
      throw new StoreError(
        "broken",
        `The listing of s3://${bucket}/${prefix} broke off: S3 gave no continuation token.`,
      );
    }
  } while (token !== undefined);
}

async function listPage({ s3, bucket, prefix }: Place, within: string, token: string | undefined) {
  try {
    return await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix + within,
        ContinuationToken: token,
        // XML cannot hold every character that a key can.
        EncodingType: "url",
      }),
    );
  } catch (error) {
    throw storeError(error, { bucket, permission: "s3:ListBucket" });
  }
}

/** With EncodingType url a space comes as a plus sign, the rest percent-encoded. */
const decodeListed = (key: string) => decodeURIComponent(key.replaceAll("+", " "));

// --- Reading ---------------------------------------------------------------------------------

/** How often a body that breaks off is asked for again; the SDK retries up to the headers only. */
const bodyAttempts = 3;

async function getObject<T>(
  { s3, bucket, prefix }: Place,
  key: string,
  input: Partial<GetObjectCommandInput>,
  use: (object: GetObjectCommandOutput) => Promise<T>,
): Promise<T | ReadRefusal> {
  for (let attempt = 1; ; attempt++) {
    let object: GetObjectCommandOutput;
    try {
      object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key, ...input }));
    } catch (error) {
      const refusal = readRefusal(error, key, bucket);
      if (refusal) return refusal;
      throw storeError(error, { bucket, permission: "s3:GetObject" });
    }
    try {
      return await use(object);
    } catch (error) {
      if (attempt === bodyAttempts || !isBrokenOff(error))
        throw storeError(error, { bucket, permission: "s3:GetObject" });
    }
  }
}

function readRefusal(error: unknown, key: string, bucket: string): ReadRefusal | undefined {
  const name = nameOf(error);
  if (name === "NoSuchKey" || name === "NotFound")
    return { outcome: "not-found", message: `There is no ${shown(key)} in the bucket.` };
  if (name === "PreconditionFailed") {
    return { outcome: "changed", message: `${shown(key)} was replaced after it was listed. Run again.` };
  }
  if (name === "AccessDenied" || name === "Forbidden") {
    return {
      outcome: "access-denied",
      message: `${shown(key)} may not be read: s3:GetObject on the bucket ${bucket} is denied (or, where s3:ListBucket is denied too, it does not exist).`,
    };
  }
  if (name === "InvalidObjectState") {
    return {
      outcome: "access-denied",
      message: `${shown(key)} is archived (Glacier). Restore it and run again.`,
    };
  }
  return undefined;
}

function tooLarge(key: string, bytes: number, maxBytes: number): ReadRefusal {
  return {
    outcome: "too-large",
    message: `${shown(key)} has ${bytes} bytes, the limit is ${maxBytes} (input max-document-mib).`,
  };
}

// --- Writing ---------------------------------------------------------------------------------

/** Of a key, prefix included: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** S3 answers 409 when two conditional writes of a key meet: one more try finds how it ended. */
const conditionalAttempts = 5;

async function putObject(
  place: Place,
  key: string,
  content: Content,
  ifAbsent: boolean,
): Promise<WriteResult> {
  const { s3, bucket, prefix } = place;
  const bytes = Buffer.byteLength(prefix + key);
  if (bytes > maxKeyBytes) {
    return {
      outcome: "unwritable-name",
      message: `The key would have ${bytes} bytes, S3 allows ${maxKeyBytes}.`,
    };
  }
  const target = { Bucket: bucket, Key: prefix + key };
  for (let attempt = 1; ; attempt++) {
    try {
      const { ETag } = isWhole(content)
        ? await s3.send(
            new PutObjectCommand({ ...target, Body: content, ...(ifAbsent ? { IfNoneMatch: "*" } : {}) }),
          )
        : await new Upload({ client: s3, params: { ...target, Body: Readable.from(content) } }).done();
      return { outcome: "written", etag: ETag ?? "" };
    } catch (error) {
      if (nameOf(error) === "PreconditionFailed") return { outcome: "exists" };
      if (nameOf(error) === "ConditionalRequestConflict" && attempt < conditionalAttempts) continue;
      throw storeError(error, { bucket, permission: "s3:PutObject" });
    }
  }
}

const isWhole = (content: Content): content is Uint8Array | string =>
  typeof content === "string" || content instanceof Uint8Array;

// --- Errors ----------------------------------------------------------------------------------

/** What concerns the bucket as a whole, with what usually mends it. */
function storeError(
  cause: unknown,
  { bucket, permission }: { bucket: string; permission: string },
): StoreError {
  const name = nameOf(cause);
  const said = cause instanceof Error ? cause.message : String(cause);
  if (name === "NoSuchBucket") {
    return new StoreError("missing", `There is no bucket ${bucket}. Check its name and the account.`, {
      cause,
    });
  }
  if (name === "AccessDenied" || name === "Forbidden") {
    return new StoreError(
      "access-denied",
      `${permission} on the bucket ${bucket} is denied. Grant it to the role or user. (${said})`,
      { cause },
    );
  }
  if (name === "CredentialsProviderError" || name === "ExpiredToken" || name === "InvalidAccessKeyId") {
    return new StoreError("access-denied", `No valid AWS credentials for the bucket ${bucket}: ${said}`, {
      cause,
    });
  }
  if (/region is missing/i.test(said)) {
    return new StoreError("broken", `No AWS region for the bucket ${bucket}: set AWS_REGION.`, { cause });
  }
  return new StoreError("broken", `S3 failed for the bucket ${bucket}: ${name}: ${said}`, { cause });
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

/** A connection that was reset, or a body shorter than announced. */
const isBrokenOff = (error: unknown) =>
  error instanceof Error &&
  (("code" in error &&
    ["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "EPIPE", "ETIMEDOUT"].includes(String(error.code))) ||
    /aborted|socket hang up|premature/i.test(error.message));

const shown = (key: string) => JSON.stringify(key);
