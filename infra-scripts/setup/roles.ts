/** The roles of an account: what GitHub's workflows, the workers and AWS itself do with it. */
import { fillPolicy, type PolicyValues, policyTemplates } from "../policies.ts";
import type { WantedRole } from "./role.ts";

export const deployRoleName = "textmill-deploy";
/** Defaults of the action's inputs job-role and execution-role. */
export const jobRoleName = "textmill-job";
export const executionRoleName = "textmill-execution";

const hourSeconds = 3600;

export function wantedRoles(wanted: Omit<PolicyValues, "jobRole" | "executionRole">): WantedRole[] {
  const values = { ...wanted, jobRole: jobRoleName, executionRole: executionRoleName };
  const policy = (name: keyof typeof policyTemplates) => fillPolicy(policyTemplates[name], values);
  return [
    {
      name: deployRoleName,
      description: "Workflows of GitHub start and follow runs of Textmill by it",
      trust: policy("deployTrust"),
      policies: { textmill: policy("deployRole"), "textmill-doctor": policy("doctor") },
      // A job on GitHub's runners lives no longer.
      maxSessionSeconds: 6 * hourSeconds,
    },
    {
      name: jobRoleName,
      description: "Workers of Textmill read documents and write text by it",
      trust: policy("workersTrust"),
      policies: { textmill: policy("jobRole") },
      maxSessionSeconds: hourSeconds,
    },
    {
      name: executionRoleName,
      description: "AWS pulls the image of Textmill's workers and writes their logs by it",
      trust: policy("workersTrust"),
      policies: { textmill: policy("executionRole") },
      maxSessionSeconds: hourSeconds,
    },
  ];
}
