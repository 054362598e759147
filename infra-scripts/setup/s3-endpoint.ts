import {
  CreateVpcEndpointCommand,
  type EC2Client,
  ModifyVpcEndpointCommand,
  paginateDescribeVpcEndpoints,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { routeTablesOfSubnets } from "../../action/aws/egress.ts";
import { asTagList, fromTagList, isOwn, withOwnTags } from "../../action/aws/tags.ts";
import type { Step } from "../steps.ts";

export interface EndpointPlace {
  region: string;
  vpcId: string;
  subnetIds: readonly string[];
}

/**
 * By which workers reach S3 without a NAT gateway, which is paid for by the byte. A route table takes one endpoint of S3;
 * those that have one already, whoever made it, are let be.
 */
export async function s3EndpointStep(ec2: EC2Client, place: EndpointPlace): Promise<Step> {
  const { region, vpcId, subnetIds } = place;
  const thing = `S3 gateway endpoint of ${vpcId}`;
  const tables = await routeTablesOfSubnets(ec2, vpcId, subnetIds);
  const ids = [...new Set(tables.flatMap((table) => table?.RouteTableId ?? []))];
  const endpoints = await gatewayEndpoints(ec2, [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "service-name", Values: [serviceName(region)] },
  ]);
  const lacking = ids.filter((id) => !endpoints.some(({ RouteTableIds = [] }) => RouteTableIds.includes(id)));
  if (lacking.length === 0) return { thing, found: "as wanted", outcome: "as-wanted" };
  const own = endpoints.find(({ Tags }) => isOwn(fromTagList(Tags)));
  return {
    thing,
    found: `lacking in ${lacking.join(", ")}`,
    outcome: "to-change",
    change: own === undefined ? "create" : "add it there",
    // https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
    details: ["connections to S3 that are open in those subnets are cut once, when their route changes"],
    carryOut: () => (own === undefined ? create(ec2, place, lacking) : extend(ec2, own, lacking)),
  };
}

const serviceName = (region: string) => `com.amazonaws.${region}.s3`;

/** Those that are not being deleted. */
export async function gatewayEndpoints(
  ec2: EC2Client,
  filters: { Name: string; Values: string[] }[],
): Promise<VpcEndpoint[]> {
  const endpoints: VpcEndpoint[] = [];
  for await (const page of paginateDescribeVpcEndpoints({ client: ec2 }, { Filters: filters })) {
    endpoints.push(...(page.VpcEndpoints ?? []));
  }
  return endpoints.filter(
    ({ VpcEndpointType, State }) =>
      VpcEndpointType === "Gateway" && !["deleting", "deleted"].includes(State?.toLowerCase() ?? ""),
  );
}

const create = (ec2: EC2Client, { region, vpcId }: EndpointPlace, routeTableIds: string[]) =>
  ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: "Gateway",
      VpcId: vpcId,
      ServiceName: serviceName(region),
      RouteTableIds: routeTableIds,
      TagSpecifications: [{ ResourceType: "vpc-endpoint", Tags: asTagList(withOwnTags({})) }],
    }),
  );

const extend = (ec2: EC2Client, { VpcEndpointId }: VpcEndpoint, routeTableIds: string[]) =>
  ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, AddRouteTableIds: routeTableIds }));
