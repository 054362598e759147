/** Why a role may not be assumed, for someone who has to mend its trust. */
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { logText, quoted } from "../report/escape.ts";
import type { AssumableRole } from "./assumed-role.ts";
import { messageOf } from "./errors.ts";
import { type Claims, githubIssuer } from "./id-token.ts";

const maxSubjectCharacters = 400;
const shown = (subject: string) => quoted(subject, maxSubjectCharacters);

export async function explainRefusedRole(role: AssumableRole, { subject, forms }: Claims): Promise<string> {
  const name = role.arn.slice(role.arn.lastIndexOf("/") + 1);
  return [
    `AWS does not let this step assume ${role.arn}: either there is no such role, or its trust does not name this step.`,
    `GitHub sent the subject ${shown(subject)}.`,
    await trustOf(name, role.region),
    `The trust's condition on ${githubIssuer}:sub has to name ${forms.map(shown).join(" and ")}` +
      (forms.length > 1
        ? " (GitHub sends the second form for repositories that were created, renamed or transferred after 2026-07-15)."
        : "."),
  ].join("\n");
}

/** Few who are refused may read it: with what credentials there are, and not for long. */
async function trustOf(name: string, region: string): Promise<string> {
  const iam = new IAMClient({ region, maxAttempts: 1 });
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }), {
      abortSignal: AbortSignal.timeout(5000),
    });
    const subjects = trustedSubjects(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""));
    if (subjects.length === 0) return "The role trusts no subject of GitHub.";
    return `The role trusts ${subjects.map(shown).join(" and ")}.`;
  } catch (error) {
    const command = `aws iam get-role --role-name ${name} --query Role.AssumeRolePolicyDocument`;
    return `What the role trusts cannot be read from here (${logText(messageOf(error), 120)}); see it with: ${command}`;
  }
}

/** The values of all conditions on the subject, of a policy in JSON. */
function trustedSubjects(policy: string): string[] {
  const subjects: string[] = [];
  JSON.parse(policy, (key, value: unknown) => {
    if (key.toLowerCase() !== `${githubIssuer}:sub`) return value;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    subjects.push(...values.filter((one) => typeof one === "string"));
    return value;
  });
  return [...new Set(subjects)];
}
