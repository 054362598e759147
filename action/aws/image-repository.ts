/** The repository of the worker's images in Amazon ECR. */
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  PutLifecyclePolicyCommand,
  type Repository,
} from "@aws-sdk/client-ecr";
import { nameOf } from "./errors.ts";
import { asTagList, type Tags, withOwnTags } from "./tags.ts";

/** The one of all runs of an account. */
export const imageRepository = "textmill";

export interface ImageRepository {
  name: string;
  /** `registry/name`, the beginning of an image's reference. */
  uri: string;
  /** Whether a pushed tag can never be moved to another image. */
  isImmutable: boolean;
}

export async function findRepository(ecr: ECRClient, name: string): Promise<ImageRepository | undefined> {
  try {
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    return repositories?.[0] && repositoryOf(repositories[0]);
  } catch (error) {
    if (nameOf(error) === "RepositoryNotFoundException") return undefined;
    throw error;
  }
}

/** Of two that create the same one, both get it. */
export async function createRepository(ecr: ECRClient, name: string, tags: Tags): Promise<ImageRepository> {
  try {
    const { repository } = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: "IMMUTABLE",
        tags: asTagList(withOwnTags(tags)),
      }),
    );
    await ecr.send(
      new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText: JSON.stringify(lifecycle) }),
    );
    return repositoryOf(repository);
  } catch (error) {
    const existing =
      nameOf(error) === "RepositoryAlreadyExistsException" ? await findRepository(ecr, name) : undefined;
    if (existing === undefined) throw error;
    return existing;
  }
}

/**
 * Jobs refer to an image by its digest and may wait for days, and a job definition can be used again at any
 * time. ECR does not know which digests those are, so no rule may select a tagged image, and every image we
 * push has a tag that cannot be moved. What never had one is what a failed push leaves behind.
 */
const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: "Remains of failed pushes. Images with a tag never expire: a job may need them.",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 },
      action: { type: "expire" },
    },
  ],
};

/** `sha256:…` of the image with that tag. */
export async function findDigest(
  ecr: ECRClient,
  repository: ImageRepository,
  imageTag: string,
): Promise<string | undefined> {
  try {
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository.name, imageIds: [{ imageTag }] }),
    );
    return imageDetails?.[0]?.imageDigest;
  } catch (error) {
    if (["ImageNotFoundException", "RepositoryNotFoundException"].includes(nameOf(error))) return undefined;
    throw error;
  }
}

function repositoryOf(repository: Repository | undefined): ImageRepository {
  const { repositoryName: name, repositoryUri: uri, imageTagMutability } = repository ?? {};
  if (name === undefined || uri === undefined)
    throw new Error("ECR described a repository without its address.");
  return { name, uri, isImmutable: imageTagMutability === "IMMUTABLE" };
}
