/** Which processors an image in Amazon ECR is for. */
import { BatchGetImageCommand, type ECRClient, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { AwsError } from "./errors.ts";

/** `registry/repository@sha256:…` or `registry/repository:tag`. */
const ecrReference =
  /^(?<registryId>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/(?<repositoryName>[^@:]+)(@(?<imageDigest>sha256:[0-9a-f]{64})|:(?<imageTag>[\w.-]+))$/;

/**
 * E.g. `["amd64"]`, more for an image of several platforms; `undefined` when it is in another registry. Throws an
 * `AwsError` when ECR has no such image.
 */
export async function imageArchitectures(ecr: ECRClient, uri: string): Promise<string[] | undefined> {
  const { registryId, repositoryName, imageDigest, imageTag } = ecrReference.exec(uri)?.groups ?? {};
  if (registryId === undefined || repositoryName === undefined) return undefined;
  const place = { registryId, repositoryName };
  const { images } = await ecr.send(
    new BatchGetImageCommand({
      ...place,
      imageIds: [imageDigest === undefined ? { imageTag } : { imageDigest }],
      acceptedMediaTypes: manifestTypes,
    }),
  );
  const text = images?.[0]?.imageManifest;
  if (text === undefined) throw new AwsError(`There is no image ${uri}. Check the input image.`);
  const manifest: Manifest = JSON.parse(text);
  if (manifest.manifests) return manifest.manifests.flatMap(({ platform }) => platform?.architecture ?? []);
  const layerDigest = manifest.config?.digest;
  const { downloadUrl = "" } = await ecr.send(new GetDownloadUrlForLayerCommand({ ...place, layerDigest }));
  const config: { architecture?: string } = JSON.parse(await (await fetch(downloadUrl)).text());
  return config.architecture === undefined ? [] : [config.architecture];
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Of several platforms, or of one (https://github.com/opencontainers/image-spec). */
interface Manifest {
  manifests?: { platform?: { architecture?: string } }[];
  config?: { digest?: string };
}
