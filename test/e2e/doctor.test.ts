import { randomUUID } from "node:crypto";
import { CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openClients } from "../../action/aws/clients.ts";
import { checkSetup } from "../../action/doctor/setup.ts";
import type { SetupWanted } from "../../action/doctor/wanted.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { repository } from "../support/program.ts";
import { recordWrites } from "../support/writes.ts";

if (awsUnderTest?.isStandIn) describe(`doctor at ${awsUnderTest.name}`, describeDoctor);
else {
  const why = awsUnderTest ? "skipped: AWS_ENDPOINT_URL names no stand-in for AWS" : whyNoAws;
  it.skip(`names what is wrong with an account (${why})`);
}

function describeDoctor(): void {
  const region = process.env.AWS_REGION ?? "us-east-1";
  const clients = openClients(region, 3);
  const s3 = new S3Client({ region });
  const name = `textmill-test-${randomUUID().slice(0, 8)}`;
  const bucket = { Bucket: name };
  const wanted: SetupWanted = {
    source: { kind: "s3", bucket: name, prefix: "in/" },
    destination: { kind: "s3", bucket: name, prefix: "out/" },
    jobRole: name,
    executionRole: name,
    subnets: [],
    securityGroups: [],
    capacity: "spot",
    vcpus: 4,
    memoryMib: 8192,
    maxVcpus: undefined,
    image: undefined,
    ownImage: { repository: name, languages: ["eng"], tags: {}, contextFolder: repository },
    logGroup: `/${name}`,
    capacityName: () => name,
  };

  beforeAll(async () => {
    await s3.send(new CreateBucketCommand(bucket));
    await s3.send(new PutObjectCommand({ ...bucket, Key: "in/a.pdf", Body: "%PDF" }));
    const trust = (service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      });
    await clients.iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust("ecs-tasks.amazonaws.com") }),
    );
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: `${name}-ec2`,
        AssumeRolePolicyDocument: trust("ec2.amazonaws.com"),
      }),
    );
  });
  afterAll(async () => {
    await s3.send(new DeleteObjectCommand({ ...bucket, Key: "in/a.pdf" }));
    await s3.send(new DeleteBucketCommand(bucket));
  });

  const examine = (change: Partial<SetupWanted> = {}) => checkSetup(clients, { ...wanted, ...change });

  it("finds nothing wrong with a good account within ten seconds, and leaves nothing in it", async () => {
    const writes = recordWrites(clients);
    const start = Date.now();
    const checks = await examine();
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(checks.filter(({ state }) => state === "failed")).toEqual([]);
    expect(checks.filter(({ state }) => state === "ok").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["credentials", "source", "destination", "bucket regions", "image"]),
    );
    expect(writes).toEqual([]);
    const { Contents } = await s3.send(new ListObjectsV2Command(bucket));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["in/a.pdf"]);
  });

  afterEach(() => void vi.unstubAllEnvs());

  function withoutDocker(): Partial<SetupWanted> {
    vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
    return {};
  }

  async function closedSubnet(): Promise<string> {
    const { Vpc } = await clients.ec2.send(new CreateVpcCommand({ CidrBlock: "10.78.0.0/16" }));
    const { Subnet } = await clients.ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc?.VpcId ?? "", CidrBlock: "10.78.0.0/24" }),
    );
    return Subnet?.SubnetId ?? "";
  }

  it.each<[string, () => Partial<SetupWanted> | Promise<Partial<SetupWanted>>, string, RegExp]>([
    [
      "no source bucket",
      () => ({ source: { kind: "s3", bucket: `${name}-gone`, prefix: "" } }),
      "source",
      /There is no bucket/,
    ],
    [
      "no destination bucket",
      () => ({ destination: { kind: "s3", bucket: `${name}-gone`, prefix: "" } }),
      "destination",
      /There is no bucket/,
    ],
    [
      "no job role",
      () => ({ jobRole: `${name}-gone` }),
      "job role",
      /no such role.*infra-scripts\/bootstrap/,
    ],
    [
      "no trust",
      () => ({ executionRole: `${name}-ec2` }),
      "execution role",
      /trust policy.*workers-trust.json/,
    ],
    ["no such subnet", () => ({ subnets: ["subnet-gone"] }), "network (spot)", /no subnet-gone/],
    ["no such group", () => ({ securityGroups: ["sg-gone"] }), "network (spot)", /no sg-gone/],
    [
      "no way out",
      async () => ({ subnets: [await closedSubnet()] }),
      "network (spot)",
      /no route to the internet.*Add a route/,
    ],
    ["no such size", () => ({ vcpus: 3 }), "worker size", /no 3 vCPUs.*Change vcpus/],
    ["no room for one job", () => ({ maxVcpus: 2 }), "worker size", /none would ever start.*Raise max-vcpus/],
    ["no docker", withoutDocker, "image", /use a runner with docker.*or name a built image/],
  ])("names %s and what to do", async (_, change, check, says) => {
    const failures = (await examine(await change())).filter(({ state }) => state === "failed");
    expect(failures).toEqual([{ name: check, state: "failed", message: expect.stringMatching(says) }]);
  });
}
