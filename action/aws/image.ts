/** The worker's image in Amazon ECR: found by the hash of what goes into it, or built and pushed. */
import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { buildImage, findDockerDaemon, type ImageBuild, pushImage, type RegistryLogin } from "./docker.ts";
import { imagePlatform, imageTag, languagesArgument } from "./image-content.ts";
import { createRepository, findDigest, findRepository, type ImageRepository } from "./image-repository.ts";

export interface WantedImage {
  /** Name of the repository in ECR, without the registry. */
  repository: string;
  /** Tesseract's names of the languages whose data the image has to hold. */
  languages: string[];
  /** Of the repository, when it is created. */
  tags: Readonly<Record<string, string>>;
  /** The action's own folder, which has the Dockerfile. */
  contextFolder: string;
}

export interface EnsuredImage {
  /** `registry/repository@sha256:…`. */
  uri: string;
  made: "found" | "pushed";
}

/** For a plan: the image that a run would use as it is. Changes nothing and needs no docker. */
export async function findImage(ecr: ECRClient, wanted: WantedImage): Promise<{ uri: string } | undefined> {
  const tag = await imageTag(wanted.contextFolder, wanted.languages);
  const repository = await findRepository(ecr, wanted.repository);
  return repository && (await findTagged(ecr, repository, tag));
}

/**
 * Neither builds nor pushes what is in ECR already. Throws AwsError when docker or the registry refuse. `log`
 * gets docker's lines while it works.
 */
export async function ensureImage(
  ecr: ECRClient,
  wanted: WantedImage,
  log: (line: string) => void,
): Promise<EnsuredImage> {
  const tag = await imageTag(wanted.contextFolder, wanted.languages);
  const existing = await findRepository(ecr, wanted.repository);
  const found = existing && (await findTagged(ecr, existing, tag));
  if (found) return { ...found, made: "found" };

  // Before anything is made: without docker nothing can be.
  const daemon = await findDockerDaemon();
  const repository = existing ?? (await createRepository(ecr, wanted.repository, wanted.tags));
  if (!repository.isImmutable) {
    log(`${repository.uri} lets tags be moved; jobs refer to digests, so a moved tag does not change them`);
  }
  const reference = `${repository.uri}:${tag}`;
  log(`building ${reference}`);
  await buildImage(daemon, imageBuild(wanted, reference), log);
  log(`pushing ${reference}`);
  try {
    const uri = await pushImage(daemon, reference, await registryLogin(ecr, repository), log);
    return { uri, made: "pushed" };
  } catch (error) {
    // A run beside this one was faster: its tag cannot be overwritten, and its image holds the same.
    const pushedByOther = await findTagged(ecr, repository, tag);
    if (pushedByOther === undefined) throw error;
    return { ...pushedByOther, made: "found" };
  }
}

const imageBuild = ({ contextFolder, languages }: WantedImage, reference: string): ImageBuild => ({
  contextFolder,
  reference,
  platform: imagePlatform,
  buildArguments: { LANGUAGES: languagesArgument(languages) },
});

async function findTagged(
  ecr: ECRClient,
  repository: ImageRepository,
  tag: string,
): Promise<{ uri: string } | undefined> {
  const digest = await findDigest(ecr, repository, tag);
  return digest === undefined ? undefined : { uri: `${repository.uri}@${digest}` };
}

/** Good for 12 hours. */
async function registryLogin(ecr: ECRClient, repository: ImageRepository): Promise<RegistryLogin> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString("utf8");
  const [user = "", password = ""] = token.split(":");
  const [registry = ""] = repository.uri.split("/");
  return { registry, user, password };
}
