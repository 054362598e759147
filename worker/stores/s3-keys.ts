import { isUnicode } from "./refusals.ts";

/** Of a key, prefix included: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const maxKeyBytes = 1024;

/** Why S3 can have no object of that key; S3 and the SDK would answer with an error that tells less. */
export function faultOfKey(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (!isUnicode(key)) return "it is no well-formed Unicode";
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) return `it would have ${bytes} bytes with the prefix, S3 allows ${maxKeyBytes}`;
  return undefined;
}
