import type { ECRClient } from "@aws-sdk/client-ecr";
import { messageOf } from "../../worker/stores/refusals.ts";
import { dockerVersion } from "../aws/docker.ts";
import { isDenied } from "../aws/errors.ts";
import { findImage, type WantedImage } from "../aws/image.ts";
import { imageArchitectures } from "../aws/image-architecture.ts";
import { imageArchitecture, imagePlatform } from "../aws/image-content.ts";
import { type Finding, failed, ok, skipped } from "./check.ts";

/** An image that was built elsewhere. */
export async function checkGivenImage(ecr: ECRClient, uri: string): Promise<Finding> {
  let architectures: string[] | undefined;
  try {
    architectures = await imageArchitectures(ecr, uri);
  } catch (error) {
    if (!isDenied(error)) throw error;
    return skipped(
      `${uri} could not be looked up: ecr:BatchGetImage or ecr:GetDownloadUrlForLayer on it is denied`,
    );
  }
  if (architectures === undefined) return skipped(`${uri} is not in Amazon ECR and was not looked up`);
  if (architectures.includes(imageArchitecture))
    return ok(`${uri} is for ${imageArchitecture}, as the workers are`);
  return failed(
    `${uri} is an image for ${architectures.join(", ")}, workers run on ${imageArchitecture}. Build it with --platform ${imagePlatform}.`,
  );
}

/** The image that a run builds if ECR has none of its content. */
export async function checkOwnImage(ecr: ECRClient, wanted: WantedImage): Promise<Finding> {
  const image = await findImage(ecr, wanted);
  if (image !== undefined) return ok(`${image.uri} is in Amazon ECR; docker is not needed`);
  try {
    return ok(
      `the image is not in Amazon ECR yet; the first run builds it with docker ${await dockerVersion()}`,
    );
  } catch (error) {
    return failed(
      "The image is not in Amazon ECR yet and cannot be built here: use a runner with docker (ubuntu-latest), or name a " +
        `built image in the input image. ${messageOf(error)}`,
    );
  }
}
