import { messageOf } from "../../worker/stores/refusals.ts";
import { type Finding, failed, ok, warning } from "./check.ts";

/** How the image and docker are asked; the caller knows which image the inputs mean. */
export interface ImageProbes {
  /** A ready image, by the input of that name. */
  given: string | undefined;
  /** The image that a run would use otherwise; `undefined` when it is still to be built. */
  findImage(): Promise<{ uri: string; architecture: string } | undefined>;
  /** Docker's version; throws when there is no docker, or no daemon. */
  dockerVersion(): Promise<string>;
}

export async function checkImage({ given, findImage, dockerVersion }: ImageProbes): Promise<Finding> {
  if (given !== undefined) {
    return warning(
      `${given} is used as it is: whether it can be pulled, and is for amd64, was not looked into`,
    );
  }
  const image = await findImage();
  if (image !== undefined) {
    if (image.architecture === "amd64") return ok(`${image.uri} is in ECR; docker is not needed`);
    return failed(
      `${image.uri} is an image for ${image.architecture}, workers run on amd64. Build it with --platform linux/amd64.`,
    );
  }
  try {
    return ok(`the image is not in ECR yet; docker ${await dockerVersion()} will build it`);
  } catch (error) {
    return failed(
      "The image is not in ECR yet and docker cannot build it here: use a runner with docker (ubuntu-latest), or name a " +
        `built image in the input image. Docker says: ${messageOf(error)}`,
    );
  }
}
