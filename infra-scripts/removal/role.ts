import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { fromTagList, isOwn } from "../../action/aws/tags.ts";
import { findPolicy, findRole } from "../setup/role.ts";
import { deployRoleName } from "../setup/roles.ts";
import type { Step } from "../steps.ts";

export async function roleRemoval(iam: IAMClient, name: string): Promise<Step> {
  const thing = `role ${name}`;
  const role = await findRole(iam, name);
  if (role === undefined) return { thing, found: "not there", outcome: "as-wanted" };
  if (!isOwn(fromTagList(role.Tags))) return { thing, found: "someone else's", outcome: "as-wanted" };
  const carryOut = () => removeRole(iam, name);
  return { thing, found: "there", outcome: "to-change", change: "delete with its policies", carryOut };
}

/** Roles are of all regions, but bootstrap writes one region into their policies. `undefined` when they do not say it. */
export async function regionOfRoles(iam: IAMClient): Promise<string | undefined> {
  const policy = await findPolicy(iam, deployRoleName, "textmill");
  return /"arn:aws:batch:([a-z0-9-]+):/.exec(JSON.stringify(policy ?? {}))?.[1];
}

/** Also with policies that an administrator added: IAM deletes no role that has any. */
async function removeRole(iam: IAMClient, RoleName: string): Promise<void> {
  const attached: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName })) {
    attached.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn));
  }
  for (const PolicyArn of attached) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  const inline: string[] = [];
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName })) {
    inline.push(...(page.PolicyNames ?? []));
  }
  for (const PolicyName of inline) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
