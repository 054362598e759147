import { Readable } from "node:stream";
import { DescribeComputeEnvironmentsCommand, DescribeJobQueuesCommand } from "@aws-sdk/client-batch";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeImagesCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import {
  GetRoleCommand,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { openClients } from "../../action/aws/clients.ts";
import type { SetupWanted } from "../../action/doctor/wanted.ts";
import { repository } from "./program.ts";

/** An error as the SDK throws it: its name is AWS's code. */
export const refusal = (name: string, message = "as AWS says it") =>
  Object.assign(new Error(message), { name });

const arnOf = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`;

export const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

export const trustingFargate = {
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
};

export const role = (name: string, statement: object = trustingFargate) => ({
  Role: {
    RoleName: name,
    Arn: roleArn(name),
    Path: "/",
    RoleId: "AROA",
    CreateDate: new Date(0),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Statement: statement })),
  },
});

export const computeEnvironment = {
  computeEnvironmentName: "textmill-spot",
  computeEnvironmentArn: arnOf("batch", "compute-environment/textmill-spot"),
  ecsClusterArn: "",
  state: "ENABLED" as const,
  status: "VALID" as const,
  tags: { "created-by": "textmill" },
  computeResources: {
    type: "FARGATE_SPOT" as const,
    maxvCpus: 256,
    subnets: ["subnet-1"],
    securityGroupIds: ["sg-1"],
  },
};

export const jobQueue = {
  jobQueueName: "textmill-spot",
  jobQueueArn: arnOf("batch", "job-queue/textmill-spot"),
  state: "ENABLED" as const,
  status: "VALID" as const,
  priority: 1,
  computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironment.computeEnvironmentArn }],
  tags: { "created-by": "textmill" },
};

export const securityGroup = {
  GroupId: "sg-1",
  GroupName: "textmill",
  VpcId: "vpc-1",
  IpPermissionsEgress: [{ IpProtocol: "-1" }],
};

export const imageUri = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/textmill@sha256:${"a".repeat(64)}`;

export const routeTable = (...routes: { DestinationCidrBlock: string; GatewayId: string }[]) => ({
  RouteTables: [{ Associations: [{ Main: true }], Routes: routes }],
});

export const wantedSetup: SetupWanted = {
  source: { kind: "s3", bucket: "scans", prefix: "in/" },
  destination: { kind: "s3", bucket: "texts", prefix: "out/" },
  jobRole: "textmill-job",
  executionRole: roleArn("textmill-execution"),
  subnets: [],
  securityGroups: [],
  capacity: "spot",
  vcpus: 4,
  memoryMib: 8192,
  maxVcpus: undefined,
  image: undefined,
  ownImage: { repository: "textmill", languages: ["eng"], tags: {}, contextFolder: repository },
  logGroup: "/textmill",
  capacityName: (kind) => `textmill-${kind}`,
};

/** Body of an answer of S3, as far as anyone reads it. */
const body = (text: string) =>
  Readable.from([Buffer.from(text)]) as unknown as GetObjectCommandOutput["Body"];

/**
 * Clients of an account in which a run would work. `S3Client` is mocked as a class, since the stores open
 * their own: call `s3.restore()` at the end.
 */
export function madeUpAccount() {
  const clients = openClients("eu-west-1", 1);
  const sts = mockClient(clients.sts);
  sts.on(GetCallerIdentityCommand).resolves({ Account: "123456789012", Arn: roleArn("deploy") });
  const iam = mockClient(clients.iam);
  for (const name of ["textmill-job", "textmill-execution"]) {
    iam.on(GetRoleCommand, { RoleName: name }).resolves(role(name));
  }
  iam.on(SimulatePrincipalPolicyCommand).callsFake((input: SimulatePrincipalPolicyCommandInput) => ({
    EvaluationResults: input.ActionNames?.map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: "allowed",
    })),
  }));
  const batch = mockClient(clients.batch);
  batch.on(DescribeComputeEnvironmentsCommand).resolves({ computeEnvironments: [computeEnvironment] });
  batch.on(DescribeJobQueuesCommand).resolves({ jobQueues: [jobQueue] });
  const ec2 = mockClient(clients.ec2);
  ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [{ SubnetId: "subnet-1", VpcId: "vpc-1" }] });
  ec2
    .on(DescribeRouteTablesCommand)
    .resolves(routeTable({ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" }));
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [securityGroup] });
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [] });
  const ecr = mockClient(clients.ecr);
  ecr.on(DescribeRepositoriesCommand).resolves({
    repositories: [{ repositoryName: "textmill", repositoryUri: imageUri.split("@")[0] }],
  });
  ecr.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: imageUri.split("@")[1] }] });
  const logs = mockClient(clients.logs);
  logs
    .on(DescribeLogGroupsCommand)
    .resolves({ logGroups: [{ logGroupName: "/textmill", retentionInDays: 30 }] });
  const quotas = mockClient(clients.quotas);
  quotas.on(GetServiceQuotaCommand).resolves({ Quota: { Value: 4000 } });
  const s3 = mockClient(S3Client);
  s3.on(HeadBucketCommand).resolves({ BucketRegion: "eu-west-1" });
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: "in/a.pdf", Size: 3, ETag: '"e"' }] });
  s3.on(GetObjectCommand).callsFake(() => ({ Body: body("%"), ContentLength: 1, ETag: '"e"' }));
  s3.on(PutObjectCommand).rejects(refusal("NoSuchKey"));
  return { clients, sts, iam, batch, ec2, ecr, logs, quotas, s3 };
}

export type MadeUpAccount = ReturnType<typeof madeUpAccount>;
