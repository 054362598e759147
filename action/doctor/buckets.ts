import { HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { scratchPrefix } from "../../worker/contract.ts";
import { type Location, openStore, type StoredObject } from "../../worker/store.ts";
import { explainAwsError, nameOf, nameOperation } from "../aws/errors.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";

/** As this step may use it, which need not read: `rights.ts` has what the workers may do. */
export async function checkSource(source: Location): Promise<Finding> {
  if (source.kind === "folder") return needsBucket("source", source.path);
  const store = openStore(source);
  const document = await firstWithBytes(store.list());
  if (document === undefined) {
    return warning(`There are no objects in ${store.location}. Check the bucket and the prefix.`);
  }
  const read = await store.read(document.key, { start: 0, end: 1 });
  if (read.outcome === "read") return ok(`${store.location} can be listed and read`);
  if (read.outcome !== "access-denied") return failed(read.message);
  return ok(`${store.location} can be listed; to read it is left to the workers. ${read.message}`);
}

/** Of the first hundred: the rest may be millions. */
async function firstWithBytes(objects: AsyncIterable<StoredObject>): Promise<StoredObject | undefined> {
  let seen = 0;
  for await (const object of objects) {
    if (object.bytes > 0) return object;
    seen += 1;
    if (seen === 100) break;
  }
  return undefined;
}

export async function checkDestination(destination: Location, region: string): Promise<Finding> {
  if (destination.kind === "folder") return needsBucket("destination", destination.path);
  const store = openStore(destination);
  for await (const _ of store.list(scratchPrefix)) break;
  const { bucket, prefix } = destination;
  if (await mayWrite(openS3(region), bucket, prefix))
    return ok(`${store.location} can be listed and written`);
  return failed(
    `s3:PutObject on the bucket ${bucket} is denied for ${prefix}*. Grant it (and s3:GetObject) to the role or user of this step.`,
  );
}

/**
 * Writes on the condition that replaces a version that never was of an object that never was: S3 refuses it in any
 * case, and before that for want of rights
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
async function mayWrite(s3: S3Client, bucket: string, prefix: string): Promise<boolean> {
  const IfMatch = `"${"0".repeat(32)}"`;
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `${prefix}${scratchPrefix}never-written`,
        Body: "-",
        IfMatch,
      }),
    );
  } catch (error) {
    if (["AccessDenied", "Forbidden"].includes(nameOf(error))) return false;
    if (!["NoSuchKey", "NotFound", "PreconditionFailed"].includes(nameOf(error))) throw error;
  }
  return true;
}

/** Between regions each byte is paid for, and slow. */
export async function checkRegions(locations: readonly Location[], region: string): Promise<Finding> {
  const buckets = [...new Set(locations.flatMap((where) => (where.kind === "s3" ? [where.bucket] : [])))];
  let regions: string[];
  try {
    regions = await Promise.all(buckets.map((bucket) => bucketRegion(bucket, region)));
  } catch (error) {
    return skipped(`The buckets do not tell their region: ${explainAwsError(error) ?? String(error)}`);
  }
  const distant = buckets.flatMap((bucket, index) =>
    regions[index] === region ? [] : [`the bucket ${bucket} is in ${regions[index]}`],
  );
  if (distant.length === 0) return ok(`the buckets are in ${region}, as the workers are`);
  return warning(
    `The workers are in ${region}, but ${distant.join(" and ")}: all transfer is charged. Run in the bucket's region (AWS_REGION).`,
  );
}

/** Throws when there is no such bucket or it may not be looked at. */
export async function bucketRegion(bucket: string, region: string): Promise<string> {
  const { BucketRegion } = await openS3(region).send(new HeadBucketCommand({ Bucket: bucket }));
  return BucketRegion ?? "an unknown region";
}

function openS3(region: string): S3Client {
  const s3 = new S3Client({ region, followRegionRedirects: true });
  s3.middlewareStack.use(nameOperation);
  return s3;
}

const needsBucket = (input: "source" | "destination", path: string) =>
  failed(`${input} is the folder ${path}, which workers on AWS Batch do not see. Write s3://bucket/prefix/.`);
