import { type ReadRefusal, StoreError } from "./interface.ts";
import { changed, messageOf, shown } from "./refusals.ts";

export const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);

const deniedNames = ["AccessDenied", "Forbidden"];

export const isDenied = (name: string) => deniedNames.includes(name);

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
  if (isDenied(name)) {
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
    return new StoreError("broken", `There is no bucket ${bucket}. Check its name and the account.`, {
      cause,
    });
  }
  if (isDenied(name)) {
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
  const region = otherRegion(cause);
  if (region !== undefined) {
    return new StoreError(
      "broken",
      `The bucket ${bucket} is in the region ${region}: set AWS_REGION (or aws-region) to it.`,
      { cause },
    );
  }
  if (/region is missing/i.test(said)) {
    return new StoreError("broken", `No AWS region for the bucket ${bucket}: set AWS_REGION.`, { cause });
  }
  return new StoreError("broken", `S3 failed for the bucket ${bucket}: ${name}: ${said}`, { cause });
}

/**
 * The region of a bucket that was asked for in another one. S3 answers with a redirect, or says which region it
 * expected in the signature; the header tells it in both cases.
 */
function otherRegion(error: unknown): string | undefined {
  if (!["PermanentRedirect", "AuthorizationHeaderMalformed", "301"].includes(nameOf(error))) return undefined;
  const response: unknown = error instanceof Error && "$response" in error ? error.$response : undefined;
  const headers: unknown = isObject(response) ? response.headers : undefined;
  const region: unknown = isObject(headers) ? headers["x-amz-bucket-region"] : undefined;
  return typeof region === "string" ? region : "that S3 did not tell";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
