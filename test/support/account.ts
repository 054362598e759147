/** An account for end-to-end tests: buckets, the roles with the policies of infra-scripts, and a user to deploy with. */
import { randomUUID } from "node:crypto";
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
import { openStore, parseLocation, type Store } from "../../worker/store.ts";
import { awsUnderTest } from "./aws.ts";
import { forStandIn, type Policy, type PolicyName, readPolicy } from "./policies.ts";
import { withoutRunner } from "./program.ts";

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
export async function makeAccount(region: string): Promise<TestAccount> {
  const id = randomUUID().slice(0, 8);
  const names = {
    sourceBucket: `textmill-test-${id}-source`,
    sourcePrefix: "scans of 2026/",
    destinationBucket: `textmill-test-${id}-destination`,
    destinationPrefix: "text/",
    jobRole: `textmill-test-${id}-job`,
    executionRole: `textmill-test-${id}-execution`,
  };
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
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(source) ?? [];
  for (const { key, bytes } of documents) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${key}`, Body: bytes }));
  }
}

function policyFor(name: PolicyName, values: Record<string, string>): Policy {
  const policy = readPolicy(name, values);
  return awsUnderTest?.isStandIn ? forStandIn(policy) : policy;
}

async function makeBucket(region: string, bucket: string): Promise<void> {
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
