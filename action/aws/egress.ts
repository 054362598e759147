import { type EC2Client, paginateDescribeRouteTables, type RouteTable } from "@aws-sdk/client-ec2";

/** Where a subnet's default route leads: what a worker in it reaches ECR, S3 and CloudWatch Logs by. */
export type Egress = "internet gateway" | "other" | "none";

/** Of each subnet of a VPC. `other` is a NAT gateway, a transit gateway or something else that leads out. */
export async function egressOfSubnets(
  ec2: EC2Client,
  vpcId: string,
  subnetIds: readonly string[],
): Promise<Egress[]> {
  const tables: RouteTable[] = [];
  const filters = [{ Name: "vpc-id", Values: [vpcId] }];
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, { Filters: filters })) {
    tables.push(...(page.RouteTables ?? []));
  }
  return subnetIds.map((subnetId) => egressOf(tables, subnetId));
}

/** A subnet without a table of its own has the VPC's main one. */
function egressOf(tables: readonly RouteTable[], subnetId: string): Egress {
  const own = tables.find(({ Associations = [] }) => Associations.some((to) => to.SubnetId === subnetId));
  const table = own ?? tables.find(({ Associations = [] }) => Associations.some((to) => to.Main));
  const route = table?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === "0.0.0.0/0" && State !== "blackhole",
  );
  if (route === undefined) return "none";
  return route.GatewayId?.startsWith("igw-") ? "internet gateway" : "other";
}
