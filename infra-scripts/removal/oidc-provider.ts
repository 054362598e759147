import { DeleteOpenIDConnectProviderCommand, type IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { fromTagList, isOwn } from "../../action/aws/tags.ts";
import { findOidcProvider, oidcProviderArn, oidcProviderLabel as thing } from "../setup/oidc-provider.ts";
import type { Step } from "../steps.ts";

/** Workflows of other repositories may have come to depend on it. `removedRoles` do not count. */
export async function oidcProviderRemoval(
  iam: IAMClient,
  account: string,
  removedRoles: readonly string[],
): Promise<Step> {
  const provider = await findOidcProvider(iam, account);
  if (provider === undefined) return { thing, found: "not there", outcome: "as-wanted" };
  if (!isOwn(fromTagList(provider.Tags))) return { thing, found: "someone else's", outcome: "as-wanted" };
  const arn = oidcProviderArn(account);
  const trusting = (await rolesTrusting(iam, arn)).filter((name) => !removedRoles.includes(name));
  if (trusting.length > 0)
    return { thing, found: `stays: trusted by ${trusting.join(", ")}`, outcome: "as-wanted" };
  const carryOut = () => iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  return { thing, found: "trusted by no other role", outcome: "to-change", change: "delete", carryOut };
}

async function rolesTrusting(iam: IAMClient, arn: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName = "", AssumeRolePolicyDocument = "" } of Roles) {
      if (decodeURIComponent(AssumeRolePolicyDocument).includes(arn)) names.push(RoleName);
    }
  }
  return names;
}
