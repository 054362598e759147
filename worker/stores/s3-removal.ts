import { DeleteObjectCommand, DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { StoreError } from "./interface.ts";
import { refuseForeignKeys, shown } from "./refusals.ts";
import type { Place } from "./s3.ts";
import { isDenied, storeError } from "./s3-errors.ts";
import { faultOfKey } from "./s3-keys.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const keysPerCall = 1000;

export async function removeObjects(place: Place, keys: readonly string[]): Promise<void> {
  refuseForeignKeys(keys);
  const whole = keys.map((key) => place.prefix + key).filter((key) => faultOfKey(key) === undefined);
  const together = whole.filter(isKeptByXml);
  for (let start = 0; start < together.length; start += keysPerCall) {
    await removeMany(place, together.slice(start, start + keysPerCall));
  }
  for (const key of whole) if (!isKeptByXml(key)) await removeOne(place, key);
}

/** XML has no place for some characters, and its readers may drop white space at the ends. */
const isKeptByXml = (key: string) => !/[\p{Cc}\uFFFE\uFFFF]|^\s|\s$/u.test(key);

async function removeMany({ s3, bucket }: Place, keys: readonly string[]): Promise<void> {
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const { Errors = [] } = await s3
    .send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
    .catch((error) => {
      throw storeError(error, bucket, "s3:DeleteObject");
    });
  const [first, ...others] = Errors;
  if (first === undefined) return;
  const { Key = "", Code = "", Message = "" } = first;
  const rest = others.length > 0 ? ` (nor ${others.length} more)` : "";
  const advice = isDenied(Code) ? " Grant s3:DeleteObject to the role or user." : "";
  throw new StoreError(
    isDenied(Code) ? "access-denied" : "broken",
    `${shown(Key)}${rest} could not be deleted from the bucket ${bucket}: ${Code}: ${Message}.${advice}`,
  );
}

async function removeOne({ s3, bucket }: Place, key: string): Promise<void> {
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    throw storeError(error, bucket, "s3:DeleteObject");
  }
}
