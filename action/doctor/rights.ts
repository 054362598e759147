import { type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { Location } from "../../worker/store.ts";
import { explainAwsError } from "../aws/errors.ts";
import { type Finding, failed, ok, skipped } from "./check.ts";
import type { SetupWanted } from "./wanted.ts";

/** Actions on one resource, and what IAM is told about the request. */
interface Right {
  actions: string[];
  resource: string;
  context?: { [key: string]: string };
}

/** What the workers may do, by the policies of their role; IAM does not know those of the buckets. */
export function checkJobRights(iam: IAMClient, roleArn: string, wanted: SetupWanted): Promise<Finding> {
  return checkRights(iam, "job-role", roleArn, [
    ...rightsOn(roleArn, wanted.source, ["s3:GetObject"]),
    ...rightsOn(roleArn, wanted.destination, ["s3:GetObject", "s3:PutObject"]),
  ]);
}

/** A key of each prefix stands for all: a policy that tells them apart finer than that is seldom meant. */
function rightsOn(roleArn: string, location: Location, actions: string[]): Right[] {
  if (location.kind === "folder") return [];
  const bucketArn = `arn:${partitionOf(roleArn)}:s3:::${location.bucket}`;
  return [
    { actions: ["s3:ListBucket"], resource: bucketArn, context: { "s3:prefix": location.prefix } },
    { actions, resource: `${bucketArn}/${location.prefix}document` },
  ];
}

/** What AWS itself does with the execution role before and while a worker runs. */
export function checkExecutionRights(
  iam: IAMClient,
  roleArn: string,
  region: string,
  { ownImage, logGroup }: SetupWanted,
): Promise<Finding> {
  const within = (service: string) =>
    `arn:${partitionOf(roleArn)}:${service}:${region}:${accountOf(roleArn)}`;
  return checkRights(iam, "execution-role", roleArn, [
    { actions: ["ecr:GetAuthorizationToken"], resource: "*" },
    {
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      resource: `${within("ecr")}:repository/${ownImage.repository}`,
    },
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resource: `${within("logs")}:log-group:${logGroup}:log-stream:worker`,
    },
  ]);
}

const partitionOf = (arn: string) => arn.split(":")[1] ?? "aws";
const accountOf = (arn: string) => arn.split(":")[4] ?? "";

async function checkRights(
  iam: IAMClient,
  input: string,
  roleArn: string,
  rights: Right[],
): Promise<Finding> {
  try {
    const missing = await Promise.all(rights.map((right) => missingActions(iam, roleArn, right)));
    if (missing.flat().length === 0) return ok(`${input} ${roleArn} has the rights that it needs`);
    return failed(
      `${input} ${roleArn} may not ${missing.flat().join(", ")}. Grant it (infra-scripts/policies), or name another role.`,
    );
  } catch (error) {
    const reason = explainAwsError(error) ?? String(error);
    return skipped(
      `${input} ${roleArn} exists and Fargate may use it; its rights could not be checked: ${reason}`,
    );
  }
}

async function missingActions(iam: IAMClient, roleArn: string, right: Right): Promise<string[]> {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: right.actions,
      ResourceArns: [right.resource],
      ContextEntries: Object.entries(right.context ?? {}).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyType: "string",
        ContextKeyValues: [value],
      })),
    }),
  );
  const allowed = EvaluationResults.filter(({ EvalDecision }) => EvalDecision === "allowed");
  const isAllowed = (action: string) => allowed.some(({ EvalActionName }) => EvalActionName === action);
  return right.actions
    .filter((action) => !isAllowed(action))
    .map((action) => `${action} on ${right.resource}`);
}
