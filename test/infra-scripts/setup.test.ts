import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { inputTable } from "../../action/input-table.ts";
import { logGroupStep } from "../../infra-scripts/setup/log-group.ts";
import { oidcProviderStep } from "../../infra-scripts/setup/oidc-provider.ts";
import { roleStep } from "../../infra-scripts/setup/role.ts";
import { executionRoleName, jobRoleName, wantedRoles } from "../../infra-scripts/setup/roles.ts";
import { quotaLines } from "../../infra-scripts/setup/run-time.ts";
import { s3EndpointStep } from "../../infra-scripts/setup/s3-endpoint.ts";
import { securityGroupStep } from "../../infra-scripts/setup/security-group.ts";
import { chooseSubnets } from "../../infra-scripts/setup/subnets.ts";
import { variableCommands } from "../../infra-scripts/setup/variables.ts";
import type { Step } from "../../infra-scripts/steps.ts";
import { refusal } from "../support/made-up-account.ts";

const region = "eu-west-1";
const account = "123456789012";
const ownTags = [{ Key: "created-by", Value: "textmill" }];

function carryOut(step: Step): Promise<unknown> {
  if (step.outcome !== "to-change") throw new Error(`${step.thing} is ${step.outcome}`);
  return step.carryOut();
}

describe("the OIDC provider", () => {
  function provider(found?: { ClientIDList?: string[] }) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    const get = mock.on(GetOpenIDConnectProviderCommand);
    if (found === undefined) get.rejects(refusal("NoSuchEntityException"));
    else get.resolves(found);
    mock.on(CreateOpenIDConnectProviderCommand).resolves({});
    mock.on(AddClientIDToOpenIDConnectProviderCommand).resolves({});
    return { mock, step: oidcProviderStep(iam, account) };
  }

  it("is made with AWS's audience and Textmill's tag when there is none", async () => {
    const { mock, step } = provider();
    await carryOut(await step);
    expect(mock.commandCalls(CreateOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
      Tags: ownTags,
    });
  });

  it("of others gets the audience that it lacks, and nothing else", async () => {
    const { mock, step } = provider({ ClientIDList: ["https://github.com/octocat"] });
    expect(await step).toMatchObject({ change: "add the audience" });
    await carryOut(await step);
    expect(mock.commandCalls(AddClientIDToOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
      ClientID: "sts.amazonaws.com",
    });
  });

  it("of others with the audience is used as it is", async () => {
    expect(await provider({ ClientIDList: ["sts.amazonaws.com", "x"] }).step).toMatchObject({
      outcome: "as-wanted",
    });
  });
});

describe("a role", () => {
  const [wanted] = wantedRoles({
    account,
    region,
    subjects: ["repo:octocat/archive:ref:refs/heads/main"],
    sources: [{ kind: "s3", bucket: "scans", prefix: "" }],
    destinations: [{ kind: "s3", bucket: "texts", prefix: "" }],
  });
  if (wanted === undefined) throw new Error("no role");
  const encoded = (policy: unknown) => encodeURIComponent(JSON.stringify(policy, null, 2));
  const asWanted: Partial<Role> = {
    Tags: ownTags,
    MaxSessionDuration: 21600,
    AssumeRolePolicyDocument: encoded(wanted.trust),
  };

  function role(
    found: Partial<Role> | undefined,
    policies: Record<string, unknown> = wanted?.policies ?? {},
  ) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    const get = mock.on(GetRoleCommand);
    if (found === undefined) get.rejects(refusal("NoSuchEntityException"));
    else get.resolves({ Role: found as Role });
    mock.on(GetRolePolicyCommand).callsFake(({ PolicyName }: { PolicyName: string }) => {
      if (!(PolicyName in policies)) throw refusal("NoSuchEntityException");
      return { PolicyDocument: encoded(policies[PolicyName]) };
    });
    const changes = () =>
      mock
        .calls()
        .map(({ args: [command] }) => command.constructor.name)
        .filter((name) => !name.startsWith("Get"));
    if (wanted === undefined) throw new Error("no role");
    return { mock, step: roleStep(iam, wanted), changes };
  }

  it("is made with its trust, its policies, its session length and the tag", async () => {
    const { mock, step, changes } = role(undefined);
    await carryOut(await step);
    expect(changes()).toEqual(["CreateRoleCommand", "PutRolePolicyCommand", "PutRolePolicyCommand"]);
    expect(mock.commandCalls(CreateRoleCommand)[0]?.args[0].input).toMatchObject({
      RoleName: "textmill-deploy",
      MaxSessionDuration: 21600,
      Tags: ownTags,
    });
  });

  it("is let be when it says the same in another order", async () => {
    const reordered = structuredClone(wanted.policies);
    for (const policy of Object.values(reordered)) {
      policy.Statement.reverse();
      for (const statement of policy.Statement) {
        statement.Action = [statement.Action].flat().reverse();
        if (statement.Resource?.length === 1) statement.Resource = String(statement.Resource);
      }
    }
    const { step, changes } = role(asWanted, reordered);
    expect(await step).toEqual({ thing: "role textmill-deploy", found: "as wanted", outcome: "as-wanted" });
    expect(changes()).toEqual([]);
  });

  it("of the same name without Textmill's tag is refused, and not touched", async () => {
    const { step, changes } = role({ ...asWanted, Tags: [{ Key: "created-by", Value: "someone" }] });
    expect(await step).toMatchObject({
      outcome: "refused",
      refusal: expect.stringMatching(/role textmill-deploy exists.*Delete or rename it/),
    });
    expect(changes()).toEqual([]);
  });

  it("that trusts a repository more is shown with what it trusts, and mended", async () => {
    const trust = structuredClone(wanted.trust);
    const [statement] = trust.Statement;
    trust.Statement.push(
      JSON.parse(JSON.stringify(statement).replaceAll("octocat/archive", "mallory/archive")),
    );
    const { mock, step, changes } = role({ ...asWanted, AssumeRolePolicyDocument: encoded(trust) });
    expect(await step).toMatchObject({
      change: "update trust policy",
      details: [expect.stringMatching(/^trust policy: - .*mallory\/archive/)],
    });
    await carryOut(await step);
    expect(changes()).toEqual(["UpdateAssumeRolePolicyCommand"]);
    const { PolicyDocument } = mock.commandCalls(UpdateAssumeRolePolicyCommand)[0]?.args[0].input ?? {};
    expect(JSON.parse(PolicyDocument ?? "")).toEqual(wanted.trust);
  });

  it("with a policy changed, a policy gone and a short session is mended in all three", async () => {
    const { textmill } = structuredClone(wanted.policies);
    if (textmill?.Statement[0]) textmill.Statement[0].Action = "*";
    const { mock, step, changes } = role({ ...asWanted, MaxSessionDuration: 3600 }, { textmill });
    expect(await step).toMatchObject({
      change: "update session length, policy textmill, policy textmill-doctor",
    });
    await carryOut(await step);
    expect(changes()).toEqual(["UpdateRoleCommand", "PutRolePolicyCommand", "PutRolePolicyCommand"]);
    expect(mock.commandCalls(UpdateRoleCommand)[0]?.args[0].input.MaxSessionDuration).toBe(21600);
    expect(mock.commandCalls(PutRolePolicyCommand).map(({ args }) => args[0].input.PolicyName)).toEqual([
      "textmill",
      "textmill-doctor",
    ]);
  });

  it("for more sources than IAM takes policies is refused before it is made", async () => {
    const sources = Array.from({ length: 60 }, (_, index) => ({
      kind: "s3" as const,
      bucket: `scans-${index}`,
      prefix: "letters and maps/",
    }));
    const [, job] = wantedRoles({ account, region, subjects: [], sources, destinations: sources });
    if (job === undefined) throw new Error("no role");
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    expect(await roleStep(iam, job)).toMatchObject({
      outcome: "refused",
      refusal: expect.stringMatching(/IAM takes 10240. Name fewer sources/),
    });
    expect(mock.calls()).toEqual([]);
  });

  it("of the workers has the name by which the action looks for it", () => {
    const preset = (name: string) => inputTable.find((row) => row.name === name)?.default;
    expect([jobRoleName, executionRoleName]).toEqual([preset("job-role"), preset("execution-role")]);
  });
});

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

describe("what someone else has by the same name", () => {
  it("is refused: a security group", async () => {
    const ec2 = new EC2Client({ region });
    mockClient(ec2)
      .on(DescribeSecurityGroupsCommand)
      .resolves({ SecurityGroups: [{ GroupId: "sg-1" }] });
    expect(await securityGroupStep(ec2, "vpc-1")).toMatchObject({
      outcome: "refused",
      refusal: expect.stringContaining("security group textmill (sg-1)"),
    });
  });

  it("is refused: a log group", async () => {
    const logs = new CloudWatchLogsClient({ region });
    const mock = mockClient(logs);
    mock.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: "/textmill/worker" }] });
    mock.on(ListTagsForResourceCommand).resolves({ tags: {} });
    const wanted = { name: "/textmill/worker", retentionDays: 30, tags: {} };
    expect(await logGroupStep(logs, wanted)).toMatchObject({ outcome: "refused" });
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

describe("the quota", () => {
  it.each([
    [4000, /4,000 vCPUs at a time; at that, a million pages take about \d+ min/, 1],
    [6, /6 vCPUs at a time; at that, a million pages take about \d+ d/, 2],
    [0, /no vCPUs at all/, 2],
    ["AccessDenied: no\nmore", /could not be read: AccessDenied: no$/, 2],
  ])("of %s is told by what it means", (quota, says, lines) => {
    const told = quotaLines("spot", quota, region);
    expect(told[0]).toMatch(says);
    expect(told).toHaveLength(lines);
    if (lines === 2) expect(told[1]).toMatch(/L-36FBB829 --desired-value 4000 --region eu-west-1$/);
  });
});

it("the commands that set the repository's variables survive a shell", () => {
  const commands = variableCommands("octocat/archive", {
    A: "s3://scans/2026/",
    B: "s3://scans/it's $(id) `x`/",
  });
  expect(commands).toEqual([
    "gh variable set A --repo octocat/archive --body s3://scans/2026/",
    String.raw`gh variable set B --repo octocat/archive --body 's3://scans/it'\''s $(id) ${"`x`"}/'`,
  ]);
});
