import type { EC2Client } from "@aws-sdk/client-ec2";
import { ensureSecurityGroup, findSecurityGroup, groupName } from "../../action/aws/security-group.ts";
import { foreignRefusal, fromTagList, isOwn } from "../../action/aws/tags.ts";
import type { Step } from "../steps.ts";

export async function securityGroupStep(ec2: EC2Client, vpcId: string): Promise<Step> {
  const thing = `security group ${groupName}`;
  const group = await findSecurityGroup(ec2, vpcId);
  const carryOut = () => ensureSecurityGroup(ec2, { vpcId, tags: {} }, { log: () => {} });
  if (group === undefined) {
    const change = "create, without inbound rules";
    return { thing, found: `not there in ${vpcId}`, outcome: "to-change", change, carryOut };
  }
  if (!isOwn(fromTagList(group.Tags))) {
    const label = `${thing} (${group.GroupId})`;
    return { thing, found: "someone else's", outcome: "refused", refusal: foreignRefusal(label) };
  }
  const inbound = group.IpPermissions?.length ?? 0;
  if (inbound === 0) return { thing, found: `as wanted (${group.GroupId})`, outcome: "as-wanted" };
  return {
    thing,
    found: `${inbound} inbound rules`,
    outcome: "to-change",
    change: "remove inbound rules",
    carryOut,
  };
}
