/** An account for end-to-end tests: buckets, the roles with the policies of infra-scripts, and a user to deploy with. */
import { randomUUID } from "node:crypto";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Cost } from "../../action/report/cost.ts";
import { type Run, runKeys } from "../../worker/contract.ts";
import { openStore, parseLocation, type Store } from "../../worker/store.ts";
import { awsUnderTest } from "./aws.ts";
import { putDocument } from "./documents.ts";
import { outputsOf, type Report, type Result, temporaryFolder } from "./folders.ts";
import { forStandIn, type Policy, type PolicyName, readPolicy } from "./policies.ts";
import { type ProgramEnd, runProgram, withoutRunner } from "./program.ts";

export interface TestAccount {
  region: string;
  /** `s3://bucket/prefix/`. */
  source: string;
  destination: string;
  jobRole: string;
  executionRole: string;
  /** What the program is started with: the deploy user's keys, and nothing of a workflow that runs the tests. */
  env: NodeJS.ProcessEnv;
  /** As inputs of the program. */
  inputs: Record<string, string>;
}

const admin = (region: string) => ({ region, maxAttempts: 8 });

/** Each file of tests takes a region of its own, so that it finds an account that is empty but for its own things. */
export async function makeAccount(
  standInRegion: string,
  sourcePrefix = "scans of 2026/",
): Promise<TestAccount> {
  const region = awsUnderTest?.isStandIn ? standInRegion : (process.env.AWS_REGION ?? standInRegion);
  const id = randomUUID().slice(0, 8);
  const names = {
    sourceBucket: `textmill-test-${id}-source`,
    sourcePrefix,
    destinationBucket: `textmill-test-${id}-destination`,
    destinationPrefix: "text/",
    jobRole: `textmill-test-${id}-job`,
    executionRole: `textmill-test-${id}-execution`,
  };
  if (awsUnderTest?.isStandIn) await openDefaultVpc(region);
  await makeBucket(region, names.sourceBucket);
  await makeBucket(region, names.destinationBucket);
  const { Account: account = "" } = await new STSClient(admin(region)).send(new GetCallerIdentityCommand({}));
  const values = { ...names, account, region };
  await makeRole(region, names.jobRole, "job-role", values);
  await makeRole(region, names.executionRole, "execution-role", values);
  const keys = await makeUser(region, `textmill-test-${id}-deploy`, policyFor("deploy-role", values));
  const source = `s3://${names.sourceBucket}/${names.sourcePrefix}`;
  const destination = `s3://${names.destinationBucket}/${names.destinationPrefix}`;
  return {
    region,
    source,
    destination,
    jobRole: names.jobRole,
    executionRole: names.executionRole,
    env: { ...withoutRunner(process.env), ...keys, AWS_REGION: region, AWS_DEFAULT_REGION: region },
    inputs: {
      source,
      destination,
      engine: "batch",
      "job-role": names.jobRole,
      "execution-role": names.executionRole,
      vcpus: "1",
      "memory-mib": "2048",
      "max-vcpus": "8",
    },
  };
}

/** For a test's own look into the buckets, with the rights of whoever runs the tests. */
export function storeAt(location: string): Store {
  const parsed = parseLocation(location);
  if ("error" in parsed) throw new Error(parsed.error);
  return openStore(parsed);
}

export async function putSources(
  { region, source }: TestAccount,
  documents: readonly { key: string; bytes: Uint8Array }[],
): Promise<void> {
  const s3 = new S3Client(admin(region));
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(source) ?? [];
  for (const { key, bytes } of documents) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${key}`, Body: bytes }));
  }
}

function policyFor(name: PolicyName, values: Record<string, string>): Policy {
  const policy = readPolicy(name, values);
  return awsUnderTest?.isStandIn ? forStandIn(policy) : policy;
}

/** Every default VPC of AWS's own making has it: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html */
export async function openDefaultVpc(region: string): Promise<void> {
  const ec2 = new EC2Client(admin(region));
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  const VpcId = Vpcs[0]?.VpcId ?? "";
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
  );
  const [main] = RouteTables;
  if (main?.Routes?.some(({ GatewayId }) => GatewayId?.startsWith("igw-"))) return;
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: main?.RouteTableId,
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: InternetGatewayId,
    }),
  );
}

export async function makeBucket(region: string, bucket: string): Promise<void> {
  const configuration =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await new S3Client(admin(region)).send(new CreateBucketCommand({ Bucket: bucket, ...configuration }));
}

async function makeRole(
  region: string,
  name: string,
  policy: PolicyName,
  values: Record<string, string>,
): Promise<void> {
  const iam = new IAMClient(admin(region));
  const trust = JSON.stringify(readPolicy("workers-trust"));
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  const document = JSON.stringify(policyFor(policy, values));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: "textmill", PolicyDocument: document }),
  );
}

async function makeUser(region: string, name: string, policy: Policy): Promise<NodeJS.ProcessEnv> {
  const iam = new IAMClient(admin(region));
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: name,
      PolicyName: "textmill",
      PolicyDocument: JSON.stringify(policy),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey };
}

/** The program on this account, as at a terminal. `endpoint` puts something between it and AWS. */
export function runOnAccount(
  account: TestAccount,
  inputs: Readonly<Record<string, string>>,
  endpoint?: string,
): Promise<ProgramEnd> {
  return runProgram(argumentsOf({ ...account.inputs, ...inputs }), {
    env: { ...account.env, ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }) },
  });
}

export const argumentsOf = (inputs: Readonly<Record<string, string>>) =>
  Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);

export interface BatchReport extends Report {
  attempts: { total: number; finished: number; interrupted: number; killed: number; open: number };
  cost: Cost;
}

/** What lies in the folder of a run. */
export async function readRunFolder(
  { destination }: TestAccount,
  runId: string,
): Promise<{ run: Run; report: BatchReport; results: Result[] }> {
  const store = storeAt(destination);
  const lines = (await textAt(store, runKeys.allResults(runId))).split("\n").filter(Boolean);
  return {
    run: JSON.parse(await textAt(store, runKeys.run(runId))),
    report: JSON.parse(await textAt(store, runKeys.report(runId))),
    results: lines.map((line) => JSON.parse(line)),
  };
}

export async function textAt(store: Store, key: string): Promise<string> {
  const file = await store.read(key);
  if (file.outcome !== "read") throw new Error(file.message);
  return Buffer.from(file.bytes).toString("utf8");
}

/** The outputs in the destination by their keys; Textmill's own files are left out. */
export async function outputsIn({ destination }: TestAccount): Promise<Map<string, string>> {
  const store = storeAt(destination);
  const outputs = new Map<string, string>();
  for await (const { key } of store.list()) {
    if (!key.startsWith(".textmill/")) outputs.set(key, await textAt(store, key));
  }
  return outputs;
}

/** The texts that the engine of one machine makes of the same documents. */
export async function localOutputs(
  documents: readonly { key: string; bytes: Uint8Array }[],
): Promise<Map<string, string>> {
  const source = await temporaryFolder();
  const destination = await temporaryFolder();
  for (const { key, bytes } of documents) await putDocument(source, key, bytes);
  await runProgram(argumentsOf({ source, destination }));
  return outputsOf(destination);
}

/** Ids of the jobs that a run has submitted so far, the first round's first. */
export async function jobsOf({ destination }: TestAccount, runId: string): Promise<string[]> {
  const store = storeAt(destination);
  const ids: string[] = [];
  for await (const { key } of store.list(runKeys.jobs(runId))) {
    const record: { jobId?: string } = JSON.parse(await textAt(store, key));
    if (record.jobId !== undefined) ids.push(record.jobId);
  }
  return ids;
}
