import { type ReadRefusal, StoreError } from "./interface.ts";
import { changed, messageOf, shown } from "./refusals.ts";

export const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

const deniedNames = ["AccessDenied", "Forbidden"];

const credentialNames = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidToken",
  "SignatureDoesNotMatch",
];

/** What concerns one object; `undefined` for all else. */
export function readRefusal(error: unknown, key: string, bucket: string): ReadRefusal | undefined {
  const name = nameOf(error);
  if (name === "NoSuchKey" || name === "NotFound") return notFound(key);
  if (name === "PreconditionFailed") return changed(key);
  if (deniedNames.includes(name)) {
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

export const notFound = (key: string): ReadRefusal => ({
  outcome: "not-found",
  message: `There is no ${shown(key)} in the bucket.`,
});

/** What concerns the bucket as a whole, with what usually mends it. */
export function storeError(cause: unknown, bucket: string, permission: string): StoreError {
  const name = nameOf(cause);
  const said = messageOf(cause);
  if (name === "NoSuchBucket") {
    return new StoreError("missing", `There is no bucket ${bucket}. Check its name and the account.`, {
      cause,
    });
  }
  if (deniedNames.includes(name)) {
    return new StoreError(
      "access-denied",
      `${permission} on the bucket ${bucket} is denied. Grant it to the role or user. (${said})`,
      { cause },
    );
  }
  if (credentialNames.includes(name)) {
    return new StoreError("access-denied", `No valid AWS credentials for the bucket ${bucket}: ${said}`, {
      cause,
    });
  }
  if (/region is missing/i.test(said)) {
    return new StoreError("broken", `No AWS region for the bucket ${bucket}: set AWS_REGION.`, { cause });
  }
  return new StoreError("broken", `S3 failed for the bucket ${bucket}: ${name}: ${said}`, { cause });
}
