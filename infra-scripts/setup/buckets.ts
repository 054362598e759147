import { nameOf } from "../../action/aws/errors.ts";
import { bucketRegion } from "../../action/doctor/buckets.ts";
import type { BucketLocation } from "../policies.ts";
import type { Step } from "../steps.ts";

/** Textmill makes no bucket: a misspelt one is refused before roles are made for it. */
export function bucketSteps(locations: readonly BucketLocation[], region: string): Promise<Step[]> {
  const buckets = [...new Set(locations.map(({ bucket }) => bucket))];
  return Promise.all(buckets.map((bucket) => bucketStep(bucket, region)));
}

async function bucketStep(bucket: string, region: string): Promise<Step> {
  const thing = `bucket ${bucket}`;
  let found: string;
  try {
    found = await bucketRegion(bucket, region);
  } catch (error) {
    if (!["NotFound", "NoSuchBucket"].includes(nameOf(error))) throw error;
    const refusal = `There is no bucket ${bucket}. Correct it, or make it: aws s3 mb s3://${bucket} --region ${region}`;
    return { thing, found: "not there", outcome: "refused", refusal };
  }
  const distance = found === region ? "" : `, not in ${region}: all transfer is charged`;
  return { thing, found: `in ${found}${distance}`, outcome: "as-wanted" };
}
