import type { BatchClient } from "@aws-sdk/client-batch";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { Capacity, CapacityKind } from "../../worker/contract.ts";
import { ensureComputeEnvironment, findComputeEnvironment } from "./compute-environment.ts";
import type { Change, Surroundings } from "./ensure.ts";
import { ensureJobQueue } from "./job-queue.ts";
import { ensureNetwork } from "./network.ts";
import { isOwn, type Tags } from "./tags.ts";

export interface WantedCapacity {
  kind: CapacityKind;
  /** Of the compute environment and of the queue; `capacityName(kind)` for all runs of an account. */
  name: string;
  /** As the inputs name them. Empty: what an existing compute environment has, else the default VPC's. */
  subnets: string[];
  securityGroups: string[];
  maxVcpus: number | undefined;
  tags: Tags;
}

export interface EnsuredCapacity {
  queueArn: string;
  maxVcpus: number;
  assignPublicIp: boolean;
  changes: { network: Change; computeEnvironment: Change; queue: Change };
}

export const kindsOf = (capacity: Capacity): CapacityKind[] =>
  capacity === "spot-then-on-demand" ? ["spot", "on-demand"] : [capacity];

export const capacityName = (kind: CapacityKind) => `textmill-${kind}`;

/** A queue that jobs can be submitted to, and all that it stands on. */
export async function ensureCapacity(
  { batch, ec2 }: { batch: BatchClient; ec2: EC2Client },
  { kind, name, maxVcpus, tags, ...given }: WantedCapacity,
  around: Surroundings,
): Promise<EnsuredCapacity> {
  const network = await ensureNetwork(ec2, { ...(await placeOf(batch, name, given)), tags }, around);
  const { subnetIds, securityGroupIds } = network;
  const computeEnvironment = await ensureComputeEnvironment(
    batch,
    { name, kind, maxVcpus, subnetIds, securityGroupIds, tags },
    around,
  );
  const queue = await ensureJobQueue(
    batch,
    { name, computeEnvironmentArn: computeEnvironment.arn, tags },
    around,
  );
  return {
    queueArn: queue.arn,
    maxVcpus: computeEnvironment.maxVcpus,
    assignPublicIp: network.assignPublicIp,
    changes: { network: network.change, computeEnvironment: computeEnvironment.change, queue: queue.change },
  };
}

interface Place {
  subnets: string[];
  securityGroups: string[];
}

/** A run that names no network leaves the compute environment in the one that it has. */
export async function placeOf(batch: BatchClient, name: string, given: Place): Promise<Place> {
  if (given.subnets.length > 0) return given;
  const existing = await findComputeEnvironment(batch, name);
  if (!isOwn(existing?.tags)) return given;
  const { subnets = [], securityGroupIds = [] } = existing?.computeResources ?? {};
  return {
    subnets,
    securityGroups: given.securityGroups.length > 0 ? given.securityGroups : securityGroupIds,
  };
}
