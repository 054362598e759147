import {
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { s3EndpointStep } from "../../../infra-scripts/setup/s3-endpoint.ts";
import { chooseSubnets } from "../../../infra-scripts/setup/subnets.ts";
import type { Step } from "../../../infra-scripts/steps.ts";

const region = "eu-west-1";
const ownTags = [{ Key: "created-by", Value: "textmill" }];
function carryOut(step: Step): Promise<unknown> {
  if (step.outcome !== "to-change") throw new Error(`${step.thing} is ${step.outcome}`);
  return step.carryOut();
}

describe("the S3 gateway endpoint", () => {
  const place = { region, vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2", "subnet-3"] };
  const tables = [
    { RouteTableId: "rtb-main", Associations: [{ Main: true }] },
    { RouteTableId: "rtb-2", Associations: [{ SubnetId: "subnet-2" }] },
    { RouteTableId: "rtb-unused", Associations: [{ SubnetId: "subnet-9" }] },
  ];
  const endpoint = (id: string, RouteTableIds: string[], more = {}) => ({
    VpcEndpointId: id,
    VpcEndpointType: "Gateway" as const,
    State: "available" as const,
    RouteTableIds,
    ...more,
  });

  function endpoints(...found: object[]) {
    const ec2 = new EC2Client({ region });
    const mock = mockClient(ec2);
    mock.on(DescribeRouteTablesCommand).resolves({ RouteTables: tables });
    mock.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: found });
    return { mock, step: s3EndpointStep(ec2, place) };
  }

  it("is made for the route tables of the workers' subnets that have none", async () => {
    const { mock, step } = endpoints(
      endpoint("vpce-others", ["rtb-2"]),
      endpoint("vpce-gone", ["rtb-main"], { State: "deleting" }),
      endpoint("vpce-interface", [], { VpcEndpointType: "Interface" }),
    );
    await carryOut(await step);
    expect(mock.commandCalls(CreateVpcEndpointCommand)[0]?.args[0].input).toMatchObject({
      VpcId: "vpc-1",
      ServiceName: "com.amazonaws.eu-west-1.s3",
      RouteTableIds: ["rtb-main"],
      TagSpecifications: [{ Tags: ownTags }],
    });
  });

  it("of Textmill's own is extended to a new route table; one of others never", async () => {
    const { mock, step } = endpoints(
      endpoint("vpce-others", []),
      endpoint("vpce-own", ["rtb-main"], { Tags: ownTags }),
    );
    await carryOut(await step);
    expect(mock.commandCalls(ModifyVpcEndpointCommand)[0]?.args[0].input).toEqual({
      VpcEndpointId: "vpce-own",
      AddRouteTableIds: ["rtb-2"],
    });
    expect(mock.commandCalls(CreateVpcEndpointCommand)).toEqual([]);
  });

  it("of others is enough", async () => {
    expect(await endpoints(endpoint("vpce-others", ["rtb-main", "rtb-2"])).step).toMatchObject({
      outcome: "as-wanted",
    });
  });
});

describe("the workers' subnets", () => {
  const route = (way: object) => [{ DestinationCidrBlock: "0.0.0.0/0", State: "active" as const, ...way }];
  const toInternet = route({ GatewayId: "igw-1" });
  const toNat = route({ NatGatewayId: "nat-1" });

  function vpc(routes: Record<string, ReturnType<typeof route>>) {
    const ec2 = new EC2Client({ region });
    const mock = mockClient(ec2);
    mock.on(DescribeSubnetsCommand).callsFake(({ Filters: [{ Name, Values }] }) => ({
      Subnets: Object.keys(routes)
        .filter((id) => Name === "vpc-id" || Values.includes(id))
        .map((SubnetId) => ({ SubnetId, VpcId: "vpc-1" })),
    }));
    mock.on(DescribeRouteTablesCommand).resolves({
      RouteTables: Object.entries(routes).map(([SubnetId, Routes]) => ({
        Associations: [{ SubnetId }],
        Routes,
      })),
    });
    return ec2;
  }

  it.each([
    ["those that lead to the internet", { a: toInternet, b: toNat, c: [] }, ["a"]],
    ["those with another way out where none does", { a: toNat, b: [], c: toNat }, ["a", "c"]],
  ])("of a VPC are %s", async (_, routes, chosen) => {
    const { subnetIds } = await chooseSubnets(vpc(routes), { vpcId: "vpc-1", subnetIds: [] });
    expect(subnetIds).toEqual(chosen);
  });

  it("of a VPC without a way out are refused", async () => {
    const choice = chooseSubnets(vpc({ a: [] }), { vpcId: "vpc-1", subnetIds: [] });
    await expect(choice).rejects.toThrow(/No subnet of vpc-1 leads out.*--subnets/);
  });

  it("must be of the VPC that is named", async () => {
    const choice = chooseSubnets(vpc({ a: toNat }), { vpcId: "vpc-2", subnetIds: ["a"] });
    await expect(choice).rejects.toThrow(/are of vpc-1, --vpc names vpc-2/);
  });
});
