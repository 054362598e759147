import { BatchDeleteImageCommand, type ECRClient, paginateDescribeImages } from "@aws-sdk/client-ecr";
import { AwsError, nameOf } from "./errors.ts";

export interface StoredImage {
  digest: string;
  tags: string[];
  pushedAt: Date;
}

/** What is older may be of an earlier program; a run that just pushed its image has no job definition yet. */
const keptDays = 30;

/** Tagged images of a repository that none of `imagesInUse` (`…@sha256:…`) names and that are not of late. */
export async function unusedImages(
  ecr: ECRClient,
  repositoryName: string,
  imagesInUse: readonly string[],
  now: Date,
): Promise<StoredImage[]> {
  const inUse = new Set(imagesInUse.map((uri) => uri.slice(uri.indexOf("@") + 1)));
  const late = now.getTime() - keptDays * 24 * 60 * 60 * 1000;
  const images = await taggedImages(ecr, repositoryName);
  return images
    .filter(({ digest, pushedAt }) => !inUse.has(digest) && pushedAt.getTime() < late)
    .sort((a, b) => a.pushedAt.getTime() - b.pushedAt.getTime());
}

/** Untagged ones are parts of others, or remains that the repository's own rule deletes. */
async function taggedImages(ecr: ECRClient, repositoryName: string): Promise<StoredImage[]> {
  const images: StoredImage[] = [];
  try {
    const filter = { tagStatus: "TAGGED" } as const;
    for await (const page of paginateDescribeImages({ client: ecr }, { repositoryName, filter })) {
      for (const { imageDigest, imageTags, imagePushedAt } of page.imageDetails ?? []) {
        if (imageDigest === undefined || imagePushedAt === undefined) continue;
        images.push({
          digest: imageDigest,
          tags: imageTags ?? [],
          pushedAt: imagePushedAt,
        });
      }
    }
  } catch (error) {
    if (nameOf(error) !== "RepositoryNotFoundException") throw error;
  }
  return images;
}

const imagesPerCall = 100;

/** With all their tags. Throws an `AwsError` that names what ECR would not delete. */
export async function deleteImages(
  ecr: ECRClient,
  repositoryName: string,
  images: readonly StoredImage[],
): Promise<void> {
  const refused: string[] = [];
  for (let start = 0; start < images.length; start += imagesPerCall) {
    const imageIds = images
      .slice(start, start + imagesPerCall)
      .map(({ digest }) => ({ imageDigest: digest }));
    const { failures = [] } = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    for (const { imageId, failureCode, failureReason } of failures) {
      if (failureCode === "ImageNotFound") continue;
      refused.push(`${imageId?.imageDigest} (${failureReason ?? failureCode})`);
    }
  }
  if (refused.length > 0)
    throw new AwsError(`ECR did not delete from ${repositoryName}: ${refused.join(", ")}.`);
}
