/** Before any test: whoever runs them gets keys of an administrator, and the stand-in for AWS enforces IAM's policies. */
import { randomUUID } from "node:crypto";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { awsUnderTest } from "./aws.ts";
import { enforcePolicies } from "./stand-in.ts";

export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (!awsUnderTest?.isStandIn) return undefined;
  await enforcePolicies(false);
  const iam = new IAMClient();
  const name = `textmill-test-${randomUUID().slice(0, 8)}-admin`;
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(
    new PutUserPolicyCommand({ UserName: name, PolicyName: "all", PolicyDocument: JSON.stringify(policy) }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  process.env.AWS_ACCESS_KEY_ID = AccessKey?.AccessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = AccessKey?.SecretAccessKey;
  await enforcePolicies(true);
  return () => enforcePolicies(false);
}
