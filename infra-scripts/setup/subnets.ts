import { type EC2Client, paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { egressOfSubnets } from "../../action/aws/egress.ts";
import { AwsError } from "../../action/aws/errors.ts";
import { findSubnets, type Subnets } from "../../action/aws/network.ts";

/**
 * The given subnets; else those of the given VPC that lead to an internet gateway or, if none does, elsewhere; else
 * the default VPC's.
 */
export async function chooseSubnets(
  ec2: EC2Client,
  given: { vpcId: string | undefined; subnetIds: string[] },
): Promise<Subnets> {
  const { vpcId, subnetIds } = given;
  if (vpcId === undefined) return findSubnets(ec2, subnetIds);
  const chosen = await findSubnets(ec2, subnetIds.length > 0 ? subnetIds : await leadingOut(ec2, vpcId));
  if (chosen.vpcId === vpcId) return chosen;
  throw new AwsError(
    `The subnets are of ${chosen.vpcId}, --vpc names ${vpcId}. Leave --vpc out, or name its subnets.`,
  );
}

async function leadingOut(ec2: EC2Client, vpcId: string): Promise<string[]> {
  const ids: string[] = [];
  const filters = [{ Name: "vpc-id", Values: [vpcId] }];
  for await (const { Subnets = [] } of paginateDescribeSubnets({ client: ec2 }, { Filters: filters })) {
    ids.push(...Subnets.map(({ SubnetId = "" }) => SubnetId));
  }
  const egress = await egressOfSubnets(ec2, vpcId, ids);
  const chosen = (["internet gateway", "other"] as const)
    .map((way) => ids.filter((_, index) => egress[index] === way))
    .find((group) => group.length > 0);
  if (chosen !== undefined) return chosen;
  throw new AwsError(
    `No subnet of ${vpcId} leads out of it (or there is no such VPC in this account and region): workers could not ` +
      "start. Name others with --subnets, or add a route to an internet or NAT gateway.",
  );
}
