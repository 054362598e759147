import { randomUUID } from "node:crypto";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { argumentsOf, makeAccount, outputsIn, putSources, type TestAccount } from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { startIdTokens } from "../support/id-tokens.ts";
import { forStandIn, type PolicyName, readPolicy } from "../support/policies.ts";
import { runProgram } from "../support/program.ts";
import { type Session, startSts } from "../support/sts.ts";

const bucketOf = (location: string) => /^s3:\/\/([^/]+)\//.exec(location)?.[1] ?? "";

/** A role that may be assumed, with the rights of the workers: those of a run on one machine. */
async function makeRole({ region, source, destination }: TestAccount, policy: PolicyName): Promise<string> {
  const iam = new IAMClient({ region, maxAttempts: 8 });
  const name = `textmill-test-${randomUUID().slice(0, 8)}-assumed`;
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const values = {
    region,
    account: "123456789012",
    sourceBucket: bucketOf(source),
    sourcePrefix: "scans of 2026/",
    destinationBucket: bucketOf(destination),
    destinationPrefix: "text/",
  };
  const rights = JSON.stringify(forStandIn(readPolicy(policy, values)));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: "textmill", PolicyDocument: rights }),
  );
  return Role?.Arn ?? "";
}

describe.skipIf(!awsUnderTest?.isStandIn)("a run as a role (skipped without a stand-in)", () => {
  test("has the role's rights in this process and in its workers, and none of the environment's", async () => {
    const account = await makeAccount("eu-west-2");
    const documents = await goodDocuments(4);
    await putSources(account, documents);
    const role = await makeRole(account, "job-role");
    const tokens = await startIdTokens();
    // The stand-in for AWS wants a signature for each call, and this one has none.
    const sts = await startSts();
    const trusted = new STSClient({ region: account.region });
    sts.credentialsOf = async (RoleArn) => {
      const { Credentials } = await trusted.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
      return Credentials as Session;
    };
    const { source, destination } = account;
    const inputs = { source, destination, "role-to-assume": role, "aws-region": account.region };
    const env = {
      ...account.env,
      ...tokens.environment,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_ACCESS_KEY_ID: "AKIANOBODYSKEYATALL1",
      AWS_SECRET_ACCESS_KEY: "nobody",
    };
    const end = await runProgram(argumentsOf(inputs), { env });
    expect(end.exitCode, end.errors).toBe(0);
    expect((await outputsIn(account)).size).toBe(documents.length);
    expect(tokens.issued).toHaveLength(1);
    const refused = await runProgram(argumentsOf({ ...inputs, "role-to-assume": "" }), {
      env: { ...env, AWS_REGION: account.region },
    });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors).toMatch(/credentials|denied/);
  });
});
