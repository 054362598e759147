import {
  type EC2Client,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  type SecurityGroup,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { type Egress, egressOfSubnets } from "./egress.ts";
import type { Change, Surroundings } from "./ensure.ts";
import { AwsError } from "./errors.ts";
import { closeInbound, ensureSecurityGroup } from "./security-group.ts";
import { fromTagList, isOwn, type Tags } from "./tags.ts";

export interface WantedNetwork {
  /** Of one VPC; empty: the public subnets of the default VPC. */
  subnets: string[];
  /** Empty: Textmill's own, without inbound rules. */
  securityGroups: string[];
  tags: Tags;
}

export interface Network {
  subnetIds: string[];
  securityGroupIds: string[];
  /** In a subnet that leads to an internet gateway a worker reaches nothing without a public address. */
  assignPublicIp: boolean;
  change: Change;
}

export async function ensureNetwork(
  ec2: EC2Client,
  wanted: WantedNetwork,
  around: Pick<Surroundings, "log">,
): Promise<Network> {
  const { vpcId, subnetIds, egress, assignPublicIp } = await findSubnets(ec2, wanted.subnets);
  if (assignPublicIp && !egress.includes("internet gateway")) {
    around.log(
      `No route of the default VPC ${vpcId} leads to an internet gateway; workers may be unable to start.`,
    );
  }
  if (wanted.securityGroups.length > 0) {
    const groups = await findSecurityGroups(ec2, wanted.securityGroups, vpcId);
    const change = await closeOwnGroups(ec2, groups, around.log);
    return { subnetIds, securityGroupIds: wanted.securityGroups, assignPublicIp, change };
  }
  const { id, change } = await ensureSecurityGroup(ec2, { vpcId, tags: wanted.tags }, around);
  return { subnetIds, securityGroupIds: [id], assignPublicIp, change };
}

export interface Subnets {
  vpcId: string;
  subnetIds: string[];
  /** Of each of the subnets, in their order. */
  egress: Egress[];
  assignPublicIp: boolean;
}

/** The given subnets, or those of the default VPC; changes nothing. */
export const findSubnets = (ec2: EC2Client, given: string[]): Promise<Subnets> =>
  given.length > 0 ? givenSubnets(ec2, given) : defaultSubnets(ec2);

/** Of one compute environment (https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html). */
const maxSubnets = 16;
const maxSecurityGroups = 5;

const whichAreMeant =
  "Check ids and region. Where the input is empty, those of the existing compute environment are meant; name others in the input to move it.";

async function givenSubnets(ec2: EC2Client, given: string[]): Promise<Subnets> {
  if (given.length > maxSubnets) {
    throw new AwsError(`subnets names ${given.length} subnets; AWS Batch takes ${maxSubnets} at most.`);
  }
  const found = await describeSubnets(ec2, "subnet-id", given);
  const missing = given.filter((id) => !found.some(({ SubnetId }) => SubnetId === id));
  if (missing.length > 0) {
    throw new AwsError(
      `subnets: there is no ${missing.join(", ")} in this account and region. ${whichAreMeant}`,
    );
  }
  return withEgress(ec2, found);
}

/** Those that lead to the internet, in case someone took the route from some. */
async function defaultSubnets(ec2: EC2Client): Promise<Subnets> {
  const found = await describeSubnets(ec2, "default-for-az", ["true"]);
  if (found.length === 0) {
    throw new AwsError(
      "There is no default VPC with subnets in this region. Name subnets and security groups in the inputs " +
        "subnets and security-groups, or make one: aws ec2 create-default-vpc",
    );
  }
  const all = await withEgress(ec2, found);
  const isOpen = (_: unknown, index: number) => all.egress[index] === "internet gateway";
  if (!all.egress.some((way) => way === "internet gateway")) return all;
  return { ...all, subnetIds: all.subnetIds.filter(isOpen), egress: all.egress.filter(isOpen) };
}

async function withEgress(ec2: EC2Client, found: Subnet[]): Promise<Subnets> {
  const vpcId = oneVpc(found);
  const subnetIds = found.map(({ SubnetId = "" }) => SubnetId);
  const egress = await egressOfSubnets(ec2, vpcId, subnetIds);
  // AWS makes default subnets public. One without any way out gets an address too, which does no harm.
  const isPublic = ({ DefaultForAz }: Subnet, index: number) =>
    egress[index] === "internet gateway" || (DefaultForAz === true && egress[index] === "none");
  return { vpcId, subnetIds, egress, assignPublicIp: found.some(isPublic) };
}

function oneVpc(subnets: Subnet[]): string {
  const vpcIds = [...new Set(subnets.map(({ VpcId = "" }) => VpcId))];
  const [vpcId = "", ...others] = vpcIds;
  if (others.length === 0) return vpcId;
  const list = subnets.map(({ SubnetId, VpcId }) => `${SubnetId} in ${VpcId}`).join(", ");
  throw new AwsError(`subnets must be of one VPC, these are of ${vpcIds.length}: ${list}.`);
}

async function describeSubnets(ec2: EC2Client, filter: string, values: string[]): Promise<Subnet[]> {
  const subnets: Subnet[] = [];
  const filters = [{ Name: filter, Values: values }];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, { Filters: filters })) {
    subnets.push(...(page.Subnets ?? []));
  }
  // In an order that does not change from one listing to the next.
  return subnets.sort((a, b) => ((a.SubnetId ?? "") < (b.SubnetId ?? "") ? -1 : 1));
}

/** Throws an `AwsError` when one is missing or of another VPC. */
export async function findSecurityGroups(
  ec2: EC2Client,
  given: string[],
  vpcId: string,
): Promise<SecurityGroup[]> {
  if (given.length > maxSecurityGroups) {
    throw new AwsError(
      `security-groups names ${given.length} groups; AWS Batch takes ${maxSecurityGroups} at most.`,
    );
  }
  const groups = new Map<string, SecurityGroup>();
  const filters = [{ Name: "group-id", Values: given }];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { Filters: filters })) {
    for (const group of page.SecurityGroups ?? []) groups.set(group.GroupId ?? "", group);
  }
  for (const id of given) {
    const found = groups.get(id)?.VpcId;
    if (found === vpcId) continue;
    throw new AwsError(
      found === undefined
        ? `security-groups: there is no ${id} in this account and region. ${whichAreMeant}`
        : `security-groups: ${id} is of the VPC ${found}, the subnets are of ${vpcId}. Name groups of that VPC.`,
    );
  }
  return [...groups.values()];
}

/** A group of Textmill's own has no ways in, also where a compute environment names it; those of others are let be. */
async function closeOwnGroups(
  ec2: EC2Client,
  groups: SecurityGroup[],
  log: Surroundings["log"],
): Promise<Change> {
  let change: Change = "none";
  for (const group of groups.filter(({ Tags }) => isOwn(fromTagList(Tags)))) {
    if ((await closeInbound(ec2, group, log)).change === "updated") change = "updated";
  }
  return change;
}
