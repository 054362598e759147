import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { nameOf } from "../../action/aws/errors.ts";
import { asTagList, foreignRefusal, fromTagList, isOwn, withOwnTags } from "../../action/aws/tags.ts";
import { type PolicyDocument, parsePolicy, policyDrift } from "../policies.ts";
import type { Step } from "../steps.ts";

export interface WantedRole {
  name: string;
  description: string;
  trust: PolicyDocument;
  /** By their names within the role. */
  policies: Readonly<Record<string, PolicyDocument>>;
  /** Of a session of whoever assumes it. */
  maxSessionSeconds: number;
}

/** Other policies of the role, which an administrator may have added, stay. */
export async function roleStep(iam: IAMClient, wanted: WantedRole): Promise<Step> {
  const thing = `role ${wanted.name}`;
  const characters = Object.values(wanted.policies).reduce((sum, policy) => sum + charactersOf(policy), 0);
  if (characters > maxCharacters) {
    const refusal =
      `The policies of the ${thing} would have ${characters} characters, IAM takes ${maxCharacters}. Name fewer sources ` +
      "and destinations: a prefix that several have in common.";
    return { thing, found: "not looked at", outcome: "refused", refusal };
  }
  const found = await findRole(iam, wanted.name);
  if (found === undefined) {
    const carryOut = () => createRole(iam, wanted);
    return { thing, found: "not there", outcome: "to-change", change: "create", carryOut };
  }
  if (!isOwn(fromTagList(found.Tags))) {
    return { thing, found: "someone else's", outcome: "refused", refusal: foreignRefusal(thing) };
  }
  const repairs = await repairsOf(iam, found, wanted);
  if (repairs.length === 0) return { thing, found: "as wanted", outcome: "as-wanted" };
  return {
    thing,
    found: "differs",
    outcome: "to-change",
    change: `update ${repairs.map(({ what }) => what).join(", ")}`,
    details: repairs.flatMap(({ what, drift }) => drift.map((line) => `${what}: ${line}`)),
    async carryOut() {
      for (const { mend } of repairs) await mend();
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: of a role's inline policies, without spaces. */
const maxCharacters = 10_240;

const charactersOf = (policy: PolicyDocument) => JSON.stringify(policy).replace(/\s/g, "").length;

export async function findRole(iam: IAMClient, RoleName: string): Promise<Role | undefined> {
  try {
    return (await iam.send(new GetRoleCommand({ RoleName }))).Role;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export const isMissing = (error: unknown) =>
  ["NoSuchEntity", "NoSuchEntityException"].includes(nameOf(error));

async function createRole(iam: IAMClient, wanted: WantedRole): Promise<void> {
  await iam.send(
    new CreateRoleCommand({
      RoleName: wanted.name,
      Description: wanted.description,
      AssumeRolePolicyDocument: JSON.stringify(wanted.trust),
      MaxSessionDuration: wanted.maxSessionSeconds,
      Tags: asTagList(withOwnTags({})),
    }),
  );
  for (const [name, document] of Object.entries(wanted.policies))
    await putPolicy(iam, wanted.name, name, document);
}

const putPolicy = (iam: IAMClient, RoleName: string, PolicyName: string, document: PolicyDocument) =>
  iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));

interface Repair {
  what: string;
  drift: string[];
  mend(): Promise<unknown>;
}

async function repairsOf(iam: IAMClient, found: Role, wanted: WantedRole): Promise<Repair[]> {
  const RoleName = wanted.name;
  const { trust, maxSessionSeconds } = wanted;
  const sessionSeconds = found.MaxSessionDuration ?? 3600;
  const repairs: Repair[] = [
    {
      what: "trust policy",
      drift: policyDrift(parsePolicy(found.AssumeRolePolicyDocument), trust),
      mend: () =>
        iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) })),
    },
    {
      what: "session length",
      drift:
        sessionSeconds === maxSessionSeconds ? [] : [`- ${sessionSeconds} s`, `+ ${maxSessionSeconds} s`],
      mend: () => iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: maxSessionSeconds })),
    },
  ];
  for (const [name, document] of Object.entries(wanted.policies)) {
    repairs.push({
      what: `policy ${name}`,
      drift: policyDrift(await findPolicy(iam, RoleName, name), document),
      mend: () => putPolicy(iam, RoleName, name, document),
    });
  }
  return repairs.filter(({ drift }) => drift.length > 0);
}

/** A policy within the role. */
export async function findPolicy(
  iam: IAMClient,
  RoleName: string,
  PolicyName: string,
): Promise<PolicyDocument | undefined> {
  try {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return parsePolicy(PolicyDocument);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
