import type { BatchClient } from "@aws-sdk/client-batch";
import {
  DescribeSecurityGroupsCommand,
  type EC2Client,
  paginateDescribeVpcEndpoints,
} from "@aws-sdk/client-ec2";
import { placeOf } from "../aws/capacity.ts";
import { isDenied } from "../aws/errors.ts";
import { findSecurityGroups, findSubnets, type Subnets } from "../aws/network.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";

/** Whether workers reach ECR, S3 and CloudWatch Logs from the subnets that a run would use. */
export async function checkNetwork(
  { batch, ec2, region }: { batch: BatchClient; ec2: EC2Client; region: string },
  capacityName: string,
  given: { subnets: string[]; securityGroups: string[] },
): Promise<Finding> {
  const place = await placeOf(batch, capacityName, given);
  const subnets = await findSubnets(ec2, place.subnets);
  if (place.securityGroups.length > 0) {
    await findSecurityGroups(ec2, place.securityGroups, subnets.vpcId);
    const closed = await groupsWithoutOutbound(ec2, place.securityGroups);
    if (closed.length === place.securityGroups.length) {
      return failed(
        `No outbound traffic is allowed by ${closed.join(", ")}: workers reach nothing. Allow HTTPS (port 443) to everywhere.`,
      );
    }
  }
  return egressFinding(ec2, region, subnets);
}

async function egressFinding(ec2: EC2Client, region: string, subnets: Subnets): Promise<Finding> {
  const { vpcId, subnetIds, egress, assignPublicIp } = subnets;
  const closed = subnetIds.filter((_, index) => egress[index] === "none");
  if (closed.length === 0) {
    const how = assignPublicIp ? "by an internet gateway, with public addresses" : "without public addresses";
    return ok(`${subnetIds.length} subnets of ${vpcId} lead out, ${how}`);
  }
  const missing = await missingEndpoints(ec2, region, vpcId);
  if (missing === "denied") {
    return skipped(
      `${shortList(closed)} of ${vpcId} have no route to the internet; whether endpoints stand in for it could not be ` +
        "checked: ec2:DescribeVpcEndpoints is denied.",
    );
  }
  if (missing.length === 0) return ok(`${vpcId} has the endpoints of all services that workers need`);
  const message =
    `${shortList(closed)} of ${vpcId} have no route to the internet, and the VPC no endpoint of ${missing.join(", ")}: workers ` +
    "could not start. Add a route to an internet or NAT gateway, or the endpoints, or name other subnets.";
  // The default VPC's subnets are public as AWS makes them: if its tables show no way out, it is not yet sure to fail.
  return assignPublicIp && !egress.includes("internet gateway") ? warning(message) : failed(message);
}

const shortList = (ids: string[]) =>
  ids.length > 3 ? `${ids.slice(0, 2).join(", ")} and ${ids.length - 2} other subnets` : ids.join(", ");

/** Of a VPC without a way out (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html). */
async function missingEndpoints(ec2: EC2Client, region: string, vpcId: string): Promise<string[] | "denied"> {
  const present: string[] = [];
  const filters = [{ Name: "vpc-id", Values: [vpcId] }];
  try {
    for await (const page of paginateDescribeVpcEndpoints({ client: ec2 }, { Filters: filters })) {
      present.push(...(page.VpcEndpoints ?? []).map(({ ServiceName = "" }) => ServiceName));
    }
  } catch (error) {
    if (isDenied(error)) return "denied";
    throw error;
  }
  return ["ecr.api", "ecr.dkr", "logs", "s3"].filter(
    (service) => !present.some((name) => name.endsWith(`.${region}.${service}`)),
  );
}

async function groupsWithoutOutbound(ec2: EC2Client, ids: string[]): Promise<string[]> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ids }));
  return SecurityGroups.filter(({ IpPermissionsEgress = [] }) => IpPermissionsEgress.length === 0).map(
    ({ GroupId = "" }) => GroupId,
  );
}
