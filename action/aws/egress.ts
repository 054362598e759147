import { type EC2Client, paginateDescribeRouteTables, type RouteTable } from "@aws-sdk/client-ec2";

/** Where a subnet's default route leads: what a worker in it reaches ECR, S3 and CloudWatch Logs by. */
export type Egress = "internet gateway" | "other" | "none";

/** Of each subnet of a VPC. `other` is a NAT gateway, a transit gateway or something else that leads out. */
export async function egressOfSubnets(
  ec2: EC2Client,
  vpcId: string,
  subnetIds: readonly string[],
): Promise<Egress[]> {
  return (await routeTablesOfSubnets(ec2, vpcId, subnetIds)).map(egressOf);
}

/** Of each subnet of a VPC. A subnet without a table of its own has the VPC's main one. */
export async function routeTablesOfSubnets(
  ec2: EC2Client,
  vpcId: string,
  subnetIds: readonly string[],
): Promise<(RouteTable | undefined)[]> {
  const tables: RouteTable[] = [];
  const filters = [{ Name: "vpc-id", Values: [vpcId] }];
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, { Filters: filters })) {
    tables.push(...(page.RouteTables ?? []));
  }
  const main = tables.find(({ Associations = [] }) => Associations.some((to) => to.Main));
  return subnetIds.map(
    (id) => tables.find(({ Associations = [] }) => Associations.some((to) => to.SubnetId === id)) ?? main,
  );
}

function egressOf(table: RouteTable | undefined): Egress {
  const route = table?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === "0.0.0.0/0" && State !== "blackhole",
  );
  if (route === undefined) return "none";
  return route.GatewayId?.startsWith("igw-") ? "internet gateway" : "other";
}
