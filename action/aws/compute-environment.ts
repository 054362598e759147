import {
  type BatchClient,
  type ComputeEnvironmentDetail,
  CreateComputeEnvironmentCommand,
  DescribeComputeEnvironmentsCommand,
  UpdateComputeEnvironmentCommand,
} from "@aws-sdk/client-batch";
import type { CapacityKind } from "../../worker/contract.ts";
import { type Drift, driftOf } from "./drift.ts";
import { type BatchResource, type Change, ensureValid, type Surroundings } from "./ensure.ts";
import { AwsError } from "./errors.ts";
import { type Tags, withOwnTags } from "./tags.ts";

export interface WantedComputeEnvironment {
  name: string;
  kind: CapacityKind;
  /** `undefined`: as it is, and `defaultMaxVcpus` for a new one. */
  maxVcpus: number | undefined;
  subnetIds: string[];
  securityGroupIds: string[];
  tags: Tags;
}

export const defaultMaxVcpus = 256;

const types = { spot: "FARGATE_SPOT", "on-demand": "FARGATE" } as const;

export async function ensureComputeEnvironment(
  batch: BatchClient,
  wanted: WantedComputeEnvironment,
  around: Surroundings,
): Promise<{ arn: string; maxVcpus: number; change: Change }> {
  const { found, change } = await ensureValid(computeEnvironment(batch, wanted), around);
  return {
    arn: found.computeEnvironmentArn ?? "",
    maxVcpus: found.computeResources?.maxvCpus ?? 0,
    change,
  };
}

export function computeEnvironment(
  batch: BatchClient,
  wanted: WantedComputeEnvironment,
): BatchResource<ComputeEnvironmentDetail> {
  const { name, maxVcpus, subnetIds, securityGroupIds } = wanted;
  return {
    label: `compute environment ${name}`,
    find: () => findComputeEnvironment(batch, name),
    create: () => create(batch, wanted),
    drift: (found) => drift(found, wanted),
    update: () =>
      batch.send(
        new UpdateComputeEnvironmentCommand({
          computeEnvironment: name,
          computeResources: { maxvCpus: maxVcpus, subnets: subnetIds, securityGroupIds },
        }),
      ),
    enable: `aws batch update-compute-environment --compute-environment ${name} --state ENABLED`,
    usualCauses:
      "Usually a subnet or security group of it was deleted (name others in the inputs subnets and " +
      "security-groups), or AWS Batch's own role is missing (aws iam create-service-linked-role " +
      "--aws-service-name batch.amazonaws.com).",
  };
}

/** As AWS Batch describes it, whoever made it. */
export async function findComputeEnvironment(
  batch: BatchClient,
  name: string,
): Promise<ComputeEnvironmentDetail | undefined> {
  const { computeEnvironments = [] } = await batch.send(
    new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] }),
  );
  return computeEnvironments[0];
}

/**
 * Neither a service role (AWS Batch then uses its own) nor what Fargate has no use for: minvCpus, instance types,
 * tags within computeResources
 * (https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html).
 */
const create = (batch: BatchClient, wanted: WantedComputeEnvironment) =>
  batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: wanted.name,
      type: "MANAGED",
      state: "ENABLED",
      computeResources: {
        type: types[wanted.kind],
        maxvCpus: wanted.maxVcpus ?? defaultMaxVcpus,
        subnets: wanted.subnetIds,
        securityGroupIds: wanted.securityGroupIds,
      },
      tags: withOwnTags(wanted.tags),
    }),
  );

function drift(
  { computeResources: found }: ComputeEnvironmentDetail,
  wanted: WantedComputeEnvironment,
): Drift[] {
  const type = types[wanted.kind];
  if (found?.type !== type) {
    throw new AwsError(
      `The compute environment ${wanted.name} is of type ${found?.type ?? "unmanaged"}, ${wanted.kind} capacity needs ` +
        `${type}, and AWS Batch cannot change the type. Delete it and the job queue of that name; the next run makes them anew.`,
    );
  }
  return driftOf([
    { what: "max vCPUs", wanted: wanted.maxVcpus, found: found.maxvCpus },
    { what: "subnets", wanted: wanted.subnetIds, found: found.subnets },
    { what: "security groups", wanted: wanted.securityGroupIds, found: found.securityGroupIds },
  ]);
}
