/** The roles that bootstrap made, as far as a stand-in for AWS can use and check them. */
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { forStandIn } from "./policies.ts";

/** Variables with the keys of a session of textmill-deploy, which a workflow would get by GitHub's token. */
export async function deploySession(region: string): Promise<NodeJS.ProcessEnv> {
  const sts = new STSClient({ region });
  await makeCheckable(region, "textmill-deploy");
  await makeCheckable(region, "textmill-job");
  await letCallerAssume(region, "textmill-deploy");
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${Account}:role/textmill-deploy`,
      RoleSessionName: "workflow",
    }),
  );
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
  };
}

async function makeCheckable(region: string, RoleName: string): Promise<void> {
  const iam = new IAMClient({ region });
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const policy = forStandIn(JSON.parse(decodeURIComponent(PolicyDocument)));
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }),
    );
  }
}

/** The stand-in knows nothing of GitHub's tokens: it gives the role to whoever runs the tests instead. */
async function letCallerAssume(region: string, RoleName: string): Promise<void> {
  const { Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: Arn }, Action: "sts:AssumeRole" }],
  };
  const PolicyDocument = JSON.stringify(trust);
  await new IAMClient({ region }).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
}
