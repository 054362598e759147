import { randomUUID } from "node:crypto";
import {
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { afterEach, describe, expect, it } from "vitest";
import { ensureCapacity } from "../../action/aws/capacity.ts";
import { openClients } from "../../action/aws/clients.ts";
import { findComputeEnvironment } from "../../action/aws/compute-environment.ts";
import { ensureJobDefinition } from "../../action/aws/job-definition.ts";
import { ensureLogGroup } from "../../action/aws/log-group.ts";
import { findRole } from "../../action/aws/roles.ts";
import { waitFor } from "../../action/wait.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { recordWrites } from "../support/writes.ts";

// In a real account each try would leave a VPC and job definitions behind.
if (awsUnderTest?.isStandIn) describe(`what a run needs, at ${awsUnderTest.name}`, describeResources);
else {
  const why = awsUnderTest ? "skipped: AWS_ENDPOINT_URL names no stand-in for AWS" : whyNoAws;
  it.skip(`makes what a run needs, once (${why})`);
}

function describeResources(): void {
  const clients = openClients(process.env.AWS_REGION ?? "us-east-1");
  const { batch, ec2, iam, logs } = clients;
  const writes = recordWrites(clients);
  const tags = { project: "resources test" };
  const lines: string[] = [];
  const around = { log: (line: string) => void lines.push(line), wait: waitFor };

  /** A name, a VPC with two public subnets and a role that no other test has. */
  async function newPlace() {
    const name = `textmill-test-${randomUUID().slice(0, 8)}`;
    made.push(name);
    return { name, subnets: await makeSubnets(), role: await makeRole(name) };
  }
  type Place = Awaited<ReturnType<typeof newPlace>>;
  const made: string[] = [];

  async function ensureAll(
    { name, subnets, role }: Place,
    change: { maxVcpus?: number; vcpus?: number } = {},
  ) {
    writes.length = 0;
    const capacity = await ensureCapacity(
      clients,
      { kind: "spot", name, maxVcpus: change.maxVcpus, subnets, securityGroups: [], tags },
      around,
    );
    const logGroup = await ensureLogGroup(logs, { name: `/${name}`, retentionDays: 30, tags }, around);
    const definition = await ensureJobDefinition(
      batch,
      {
        name,
        image: `example@sha256:${"a".repeat(64)}`,
        vcpus: change.vcpus ?? 4,
        memoryMib: 8192,
        jobRole: await findRole(iam, name, "job"),
        executionRole: await findRole(iam, role, "execution"),
        logGroup: `/${name}`,
        assignPublicIp: capacity.assignPublicIp,
      },
      around,
    );
    return { capacity, logGroup, definition };
  }

  async function makeSubnets(): Promise<string[]> {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.77.0.0/16" }));
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const [VpcId, InternetGatewayId] = [Vpc?.VpcId ?? "", InternetGateway?.InternetGatewayId ?? ""];
    await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId: RouteTables?.[0]?.RouteTableId ?? "",
        DestinationCidrBlock: "0.0.0.0/0",
        GatewayId: InternetGatewayId,
      }),
    );
    const subnets = ["10.77.0.0/24", "10.77.1.0/24"].map((CidrBlock) =>
      ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock })),
    );
    return (await Promise.all(subnets)).map(({ Subnet }) => Subnet?.SubnetId ?? "").sort();
  }

  async function makeRole(name: string): Promise<string> {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
    return Role?.Arn ?? "";
  }

  afterEach(async () => {
    for (const name of made.splice(0)) {
      await batch.send(new UpdateJobQueueCommand({ jobQueue: name, state: "DISABLED" }));
      await batch.send(new DeleteJobQueueCommand({ jobQueue: name }));
      await batch.send(new UpdateComputeEnvironmentCommand({ computeEnvironment: name, state: "DISABLED" }));
      await batch.send(new DeleteComputeEnvironmentCommand({ computeEnvironment: name }));
    }
  });

  it("is made once, found the second time, and mended when something else is wanted", async () => {
    const place = await newPlace();
    const first = await ensureAll(place);
    expect(first).toMatchObject({
      capacity: {
        maxVcpus: 256,
        assignPublicIp: true,
        changes: { network: "created", computeEnvironment: "created", queue: "created" },
      },
      logGroup: { change: "created" },
      definition: { change: "created", arn: expect.stringMatching(/:1$/) },
    });
    expect(writes).toEqual([
      "CreateSecurityGroup",
      "CreateComputeEnvironment",
      "CreateJobQueue",
      "CreateLogGroup",
      "PutRetentionPolicy",
      "RegisterJobDefinition",
    ]);

    const second = await ensureAll(place);
    expect(writes).toEqual([]);
    expect(second.capacity.queueArn).toBe(first.capacity.queueArn);
    expect(second.definition).toEqual({ arn: first.definition.arn, change: "none" });

    const third = await ensureAll(place, { maxVcpus: 32, vcpus: 2 });
    expect(writes).toEqual(["UpdateComputeEnvironment", "RegisterJobDefinition"]);
    expect(third.capacity).toMatchObject({ maxVcpus: 32, changes: { computeEnvironment: "updated" } });
    expect(third.definition.arn).toMatch(/:2$/);
    expect(lines).toContain("  max vCPUs  32      256");

    const back = await ensureAll(place);
    expect(writes).toEqual([]);
    expect(back.definition.arn).toBe(first.definition.arn);
    expect(back.capacity.maxVcpus).toBe(32);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: `/${place.name}` }));
  });

  it("stays in its network when a later run names none", async () => {
    const { name, subnets } = await newPlace();
    const wanted = { kind: "spot" as const, name, maxVcpus: undefined, securityGroups: [], tags };
    await ensureCapacity(clients, { ...wanted, subnets }, around);
    writes.length = 0;
    const { changes } = await ensureCapacity(clients, { ...wanted, subnets: [] }, around);
    expect(changes).toEqual({ network: "none", computeEnvironment: "none", queue: "none" });
    expect(writes).toEqual([]);
    expect((await findComputeEnvironment(batch, name))?.computeResources?.subnets).toEqual(subnets);
  });

  it("may be made by several runs at once, in the default VPC, and stays as it is", async () => {
    const { name } = await newPlace();
    const wanted = { kind: "on-demand" as const, name, maxVcpus: 8, subnets: [], securityGroups: [], tags };
    const ended = await Promise.all([1, 2, 3, 4].map(() => ensureCapacity(clients, wanted, around)));
    expect(new Set(ended.map(({ queueArn }) => queueArn)).size).toBe(1);
    expect(ended.map(({ changes }) => changes.computeEnvironment)).toContain("created");
    writes.length = 0;
    expect(await ensureCapacity(clients, wanted, around)).toMatchObject({
      assignPublicIp: ended[0]?.assignPublicIp,
      changes: { network: "none", computeEnvironment: "none", queue: "none" },
    });
    expect(writes).toEqual([]);
  });
}
