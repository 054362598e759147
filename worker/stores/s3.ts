import { S3Client } from "@aws-sdk/client-s3";
import type { Store } from "./interface.ts";
import { listObjects } from "./s3-listing.ts";
import { downloadObject, readObject } from "./s3-reading.ts";
import { removeObjects } from "./s3-removal.ts";
import { writeObject } from "./s3-writing.ts";

/** A client and the part of a bucket that is the store. */
export interface Place {
  s3: S3Client;
  bucket: string;
  prefix: string;
}

/** A prefix of a bucket. Credentials, region and endpoint are the SDK's own. */
export function s3Store({ bucket, prefix }: { bucket: string; prefix: string }): Store {
  const s3 = new S3Client({
    // S3 answers 503 SlowDown while it splits a busy prefix: half a minute of attempts, with back-off.
    maxAttempts: 8,
    // By default the SDK waits for ever for a connection that has gone silent.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
  });
  const place = { s3, bucket, prefix };
  return {
    location: `s3://${bucket}/${prefix}`,
    list: (within = "") => listObjects(place, within),
    read: (key, range) => readObject(place, key, range),
    download: (key, path, expected) => downloadObject(place, key, path, expected),
    write: (key, content, condition) => writeObject(place, key, content, condition?.ifAbsent ?? false),
    remove: (keys) => removeObjects(place, keys),
    async *unfinishedWrites() {},
  };
}
