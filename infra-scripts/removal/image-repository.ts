import {
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  ListTagsForResourceCommand,
  type Repository,
} from "@aws-sdk/client-ecr";
import { nameOf } from "../../action/aws/errors.ts";
import { imageRepository as name } from "../../action/aws/image-repository.ts";
import { fromTagList, isOwn } from "../../action/aws/tags.ts";
import type { Step } from "../steps.ts";

export async function imageRepositoryStep(ecr: ECRClient): Promise<Step> {
  const thing = `image repository ${name}`;
  const repository = await find(ecr);
  if (repository === undefined) return { thing, found: "not there", outcome: "as-wanted" };
  const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository.repositoryArn }));
  if (!isOwn(fromTagList(tags))) return { thing, found: "someone else's", outcome: "as-wanted" };
  const carryOut = () => ecr.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }));
  return { thing, found: "there", outcome: "to-change", change: "delete with its images", carryOut };
}

async function find(ecr: ECRClient): Promise<Repository | undefined> {
  try {
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    return repositories?.[0];
  } catch (error) {
    if (nameOf(error) === "RepositoryNotFoundException") return undefined;
    throw error;
  }
}
