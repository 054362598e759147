import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { driftOf, driftTable } from "./drift.ts";
import type { Change, Surroundings } from "./ensure.ts";
import { AwsError, nameOf } from "./errors.ts";
import { asTagList, fromTagList, refuseForeign, type Tags, withOwnTags } from "./tags.ts";

export const groupName = "textmill";

/** Textmill's security group of a VPC: all traffic out, as AWS makes it, and none in. */
export async function ensureSecurityGroup(
  ec2: EC2Client,
  wanted: { vpcId: string; tags: Tags },
  { log }: Pick<Surroundings, "log">,
): Promise<{ id: string; change: Change }> {
  const found = await findSecurityGroup(ec2, wanted.vpcId);
  if (found !== undefined) return closeInbound(ec2, found, log);
  const id = await create(ec2, wanted);
  if (id !== undefined) {
    log(`Created the security group ${groupName} (${id}), without inbound rules.`);
    return { id, change: "created" };
  }
  const other = await findSecurityGroup(ec2, wanted.vpcId);
  if (other !== undefined) return closeInbound(ec2, other, log);
  throw new AwsError(
    `The security group ${groupName} was just made by another run and cannot be seen yet. Run again.`,
  );
}

/** Of Textmill's own group; one of the same name that is not Textmill's is refused. */
export async function closeInbound(
  ec2: EC2Client,
  found: SecurityGroup,
  log: Surroundings["log"],
): Promise<{ id: string; change: Change }> {
  const { GroupId: id = "", IpPermissions: inbound = [] } = found;
  const label = `security group ${groupName} (${id})`;
  refuseForeign(label, fromTagList(found.Tags));
  const drift = driftOf([{ what: "inbound rules", wanted: 0, found: inbound.length }]);
  if (drift.length === 0) return { id, change: "none" };
  log(`Updating the ${label}:`);
  for (const line of driftTable(drift)) log(line);
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: inbound }));
  return { id, change: "updated" };
}

/** That of the name, whoever made it. */
export async function findSecurityGroup(ec2: EC2Client, vpcId: string): Promise<SecurityGroup | undefined> {
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "group-name", Values: [groupName] },
      ],
    }),
  );
  return SecurityGroups[0];
}

/** `undefined` when another run was faster. */
async function create(
  ec2: EC2Client,
  { vpcId, tags }: { vpcId: string; tags: Tags },
): Promise<string | undefined> {
  try {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: groupName,
        Description: "Workers of Textmill: no inbound traffic",
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: asTagList(withOwnTags(tags)) }],
      }),
    );
    return GroupId;
  } catch (error) {
    if (nameOf(error) === "InvalidGroup.Duplicate") return undefined;
    throw error;
  }
}
