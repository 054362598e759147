import {
  CreateSecurityGroupCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../action/aws/errors.ts";
import { ensureNetwork } from "../../../action/aws/network.ts";
import { surroundings } from "../../support/surroundings.ts";

const toInternet = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1", State: "active" } as const;
const toNat = { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "active" } as const;
const local = { DestinationCidrBlock: "172.31.0.0/16", GatewayId: "local", State: "active" } as const;
const mainTable = (...routes: RouteTable["Routes"] & object): RouteTable => ({
  Associations: [{ Main: true }],
  Routes: [local, ...routes],
});
const tableOf = (subnetId: string, ...routes: RouteTable["Routes"] & object): RouteTable => ({
  Associations: [{ Main: false, SubnetId: subnetId }],
  Routes: [local, ...routes],
});

interface Account {
  subnets: Subnet[];
  tables: RouteTable[];
  groups: SecurityGroup[];
}

const subnet = (SubnetId: string, VpcId = "vpc-1"): Subnet => ({ SubnetId, VpcId });
const own: SecurityGroup = {
  GroupId: "sg-own",
  GroupName: "textmill",
  VpcId: "vpc-1",
  Tags: [{ Key: "created-by", Value: "textmill" }],
};

function ec2With({ subnets = [], tables = [mainTable(toInternet)], groups = [] }: Partial<Account>) {
  const ec2 = new EC2Client({ region: "eu-west-1" });
  const mock = mockClient(ec2);
  // A page for each subnet, as a throttled or long listing may come.
  mock.on(DescribeSubnetsCommand).callsFake(({ NextToken }: { NextToken?: string }) => {
    const index = Number(NextToken ?? 0);
    return {
      Subnets: subnets.slice(index, index + 1),
      NextToken: index + 1 < subnets.length ? String(index + 1) : undefined,
    };
  });
  mock.on(DescribeRouteTablesCommand).resolves({ RouteTables: tables });
  mock.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: groups });
  mock.on(CreateSecurityGroupCommand).resolves({ GroupId: "sg-new" });
  mock.on(RevokeSecurityGroupIngressCommand).resolves({});
  const around = surroundings();
  const ensure = (given: { subnets?: string[]; securityGroups?: string[] } = {}) =>
    ensureNetwork(ec2, { subnets: [], securityGroups: [], tags: { team: "archive" }, ...given }, around);
  const writes = () =>
    mock.calls().filter(({ args }) => !args[0].constructor.name.startsWith("Describe")).length;
  return { mock, ensure, around, writes };
}

describe("the network", () => {
  it("is the public subnets of the default VPC and a security group of its own", async () => {
    const { mock, ensure } = ec2With({ subnets: [subnet("subnet-b"), subnet("subnet-a")] });
    expect(await ensure()).toEqual({
      subnetIds: ["subnet-a", "subnet-b"],
      securityGroupIds: ["sg-new"],
      assignPublicIp: true,
      change: "created",
    });
    expect(mock.commandCalls(DescribeSubnetsCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "default-for-az", Values: ["true"] },
    ]);
    expect(mock.commandCalls(CreateSecurityGroupCommand)[0]?.args[0].input).toMatchObject({
      GroupName: "textmill",
      VpcId: "vpc-1",
      TagSpecifications: [
        {
          ResourceType: "security-group",
          Tags: [
            { Key: "team", Value: "archive" },
            { Key: "created-by", Value: "textmill" },
          ],
        },
      ],
    });
  });

  it("leaves out a default subnet that someone made private", async () => {
    const { ensure } = ec2With({
      subnets: [subnet("subnet-a"), subnet("subnet-b")],
      tables: [mainTable(toInternet), tableOf("subnet-a", toNat)],
      groups: [own],
    });
    expect(await ensure()).toMatchObject({ subnetIds: ["subnet-b"], change: "none" });
  });

  it("is the default VPC's, with a warning, when no subnet of it leads to the internet", async () => {
    const { ensure, around } = ec2With({
      subnets: [{ ...subnet("subnet-a"), DefaultForAz: true }],
      tables: [mainTable()],
      groups: [own],
    });
    const first = await ensure();
    expect(first).toMatchObject({ subnetIds: ["subnet-a"], assignPublicIp: true });
    expect(around.lines[0]).toMatch(/No route of the default VPC vpc-1 leads to an internet gateway/);
    expect(await ensure({ subnets: first.subnetIds })).toEqual(first);
  });

  it("without a default VPC says what to name or make", async () => {
    const { ensure } = ec2With({});
    await expect(ensure()).rejects.toThrow(
      /no default VPC.*inputs subnets and security-groups.*create-default-vpc/,
    );
  });

  it.each([
    ["public by the VPC's main route table", [mainTable(toInternet)], true],
    ["public by its own route table", [mainTable(), tableOf("subnet-a", toInternet)], true],
    ["private with a NAT gateway", [mainTable(toInternet), tableOf("subnet-a", toNat)], false],
    ["private without a way out", [mainTable()], false],
    ["private since its gateway is gone", [mainTable({ ...toInternet, State: "blackhole" as const })], false],
  ])("with a given subnet that is %s", async (_, tables, assignPublicIp) => {
    const { ensure, writes } = ec2With({ subnets: [subnet("subnet-a")], tables, groups: [own] });
    expect(await ensure({ subnets: ["subnet-a"] })).toEqual({
      subnetIds: ["subnet-a"],
      securityGroupIds: ["sg-own"],
      assignPublicIp,
      change: "none",
    });
    expect(writes()).toBe(0);
  });

  it("takes the given security groups, and makes none", async () => {
    const { ensure, writes } = ec2With({
      subnets: [subnet("subnet-a")],
      groups: [{ GroupId: "sg-1", VpcId: "vpc-1" }],
    });
    expect(await ensure({ securityGroups: ["sg-1"] })).toMatchObject({
      securityGroupIds: ["sg-1"],
      change: "none",
    });
    expect(writes()).toBe(0);
  });

  const many = Array.from({ length: 17 }, (_, index) => `subnet-${index}`);
  it.each([
    [
      "missing subnets",
      { subnets: ["subnet-a", "subnet-x", "subnet-y"] },
      /subnets: there is no subnet-x, subnet-y in/,
    ],
    [
      "subnets of two VPCs",
      { subnets: ["subnet-a", "subnet-2"] },
      /one VPC.*subnet-2 in vpc-2, subnet-a in vpc-1/,
    ],
    ["too many subnets", { subnets: many }, /names 17 subnets; AWS Batch takes 16/],
    [
      "missing groups",
      { subnets: ["subnet-a"], securityGroups: ["sg-x"] },
      /security-groups: there is no sg-x/,
    ],
    [
      "groups of another VPC",
      { subnets: ["subnet-a"], securityGroups: ["sg-2"] },
      /sg-2 is of the VPC vpc-2, the subnets are of vpc-1/,
    ],
    [
      "too many groups",
      { subnets: ["subnet-a"], securityGroups: ["a", "b", "c", "d", "e", "f"] },
      /names 6 groups; AWS Batch takes 5/,
    ],
  ])("refuses %s", async (_, given, message) => {
    const { ensure, writes } = ec2With({
      subnets: [subnet("subnet-a"), subnet("subnet-2", "vpc-2")].filter(({ SubnetId = "" }) =>
        given.subnets.includes(SubnetId),
      ),
      groups: [{ GroupId: "sg-2", VpcId: "vpc-2" }],
    });
    const ended = ensure(given);
    await expect(ended).rejects.toThrow(AwsError);
    await expect(ended).rejects.toThrow(message);
    expect(writes()).toBe(0);
  });
});

describe("the security group", () => {
  it("of someone else is refused and not touched", async () => {
    const { ensure, writes } = ec2With({ subnets: [subnet("subnet-a")], groups: [{ ...own, Tags: [] }] });
    await expect(ensure()).rejects.toThrow(/security group textmill \(sg-own\) exists, but lacks the tag/);
    expect(writes()).toBe(0);
  });

  it("loses the inbound rules that someone added, after a table of wanted and found", async () => {
    const inbound = [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    const { mock, ensure, around } = ec2With({
      subnets: [subnet("subnet-a")],
      groups: [{ ...own, IpPermissions: inbound }],
    });
    expect(await ensure()).toMatchObject({ securityGroupIds: ["sg-own"], change: "updated" });
    expect(around.lines.at(-1)).toBe("  inbound rules  0       1");
    expect(mock.commandCalls(RevokeSecurityGroupIngressCommand)[0]?.args[0].input).toEqual({
      GroupId: "sg-own",
      IpPermissions: inbound,
    });
  });

  it("is another run's when that run creates it first", async () => {
    const { mock, ensure } = ec2With({ subnets: [subnet("subnet-a")] });
    mock
      .on(DescribeSecurityGroupsCommand)
      .resolvesOnce({ SecurityGroups: [] })
      .resolves({ SecurityGroups: [own] });
    mock
      .on(CreateSecurityGroupCommand)
      .rejects(Object.assign(new Error("taken"), { name: "InvalidGroup.Duplicate" }));
    expect(await ensure()).toMatchObject({ securityGroupIds: ["sg-own"], change: "none" });
  });
});
