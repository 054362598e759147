import { GetRoleCommand, type IAMClient, type Role } from "@aws-sdk/client-iam";
import { AwsError, isDenied, nameOf } from "./errors.ts";

/** `job`: what the worker's own calls are made with. `execution`: pulls the image and writes the logs. */
export type RolePurpose = "job" | "execution";

/**
 * The ARN of the role that an input names (by its name or ARN), once it is known to exist and to let Fargate use it.
 * Where IAM may not be asked, an ARN is taken as it is given.
 */
export async function findRole(iam: IAMClient, given: string, purpose: RolePurpose): Promise<string> {
  const input = `${purpose}-role ${JSON.stringify(given)}`;
  const isArn = given.startsWith("arn:");
  const role = await getRole(iam, given.slice(given.lastIndexOf("/") + 1));
  if (role === "denied") {
    if (isArn) return given;
    throw new AwsError(
      `${input} cannot be looked up: iam:GetRole is denied. Grant it, or give the role's ARN.`,
    );
  }
  if (role === undefined || (isArn && role.Arn !== given)) {
    throw new AwsError(
      `${input}: there is no such role in this account. infra-scripts/bootstrap makes it; or name another.`,
    );
  }
  if (!letsFargateAssume(role.AssumeRolePolicyDocument)) {
    throw new AwsError(
      `${input} cannot be used by AWS Batch on Fargate: its trust policy does not let ecs-tasks.amazonaws.com ` +
        "assume it. Give it that of infra-scripts/policies/workers-trust.json, or name another.",
    );
  }
  return role.Arn ?? given;
}

async function getRole(iam: IAMClient, name: string): Promise<Role | "denied" | undefined> {
  try {
    return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role;
  } catch (error) {
    if (isDenied(error)) return "denied";
    // A name that no role can have is a `ValidationError`.
    if (["NoSuchEntity", "NoSuchEntityException", "ValidationError"].includes(nameOf(error)))
      return undefined;
    throw error;
  }
}

interface TrustStatement {
  Effect?: unknown;
  Action?: unknown;
  Principal?: { Service?: unknown };
}

/** `document` as IAM gives it: JSON, percent-encoded. */
function letsFargateAssume(document: string | undefined): boolean {
  const { Statement }: { Statement?: unknown } = JSON.parse(decodeURIComponent(document ?? "{}"));
  return asList(Statement).some((statement) => {
    const { Effect, Action, Principal } = statement as TrustStatement;
    return (
      Effect === "Allow" &&
      asList(Action).some((action) => /^(\*|sts:\*|sts:AssumeRole)$/i.test(String(action))) &&
      asList(Principal?.Service).includes("ecs-tasks.amazonaws.com")
    );
  });
}

/** A policy may write a list of one without the brackets. */
const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
