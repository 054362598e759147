import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { type StoredObject, StoreError } from "./interface.ts";
import type { Place } from "./s3.ts";
import { storeError } from "./s3-errors.ts";

/** S3 lists a general-purpose bucket in the order of the keys' UTF-8 bytes, 1,000 at a time. */
export async function* listObjects(place: Place, within: string): AsyncGenerator<StoredObject> {
  const { bucket, prefix } = place;
  let token: string | undefined;
  do {
    const page = await listPage(place, within, token);
    const decode = page.EncodingType === "url" ? decodeListed : asItIs;
    for (const { Key = "", Size = 0, ETag = "", LastModified = new Date(0) } of page.Contents ?? []) {
      const key = decode(Key).slice(prefix.length);
      // The marker of the prefix itself, as consoles make it.
      if (key !== "") yield { key, bytes: Size, etag: ETag, lastModified: LastModified };
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
    throw storeError(error, bucket, "s3:ListBucket");
  }
}

/** A space comes as a plus sign, the rest percent-encoded. */
const decodeListed = (key: string) => decodeURIComponent(key.replaceAll("+", " "));

/** Not every store that speaks S3 knows how to encode. */
const asItIs = (key: string) => key;
