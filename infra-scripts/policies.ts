/** The policies of policies/, filled in for an account. */
import { isDeepStrictEqual } from "node:util";
import type { Location } from "../worker/store.ts";
import deployRole from "./policies/deploy-role.json" with { type: "json" };
import deployTrust from "./policies/deploy-trust.json" with { type: "json" };
import doctor from "./policies/doctor.json" with { type: "json" };
import executionRole from "./policies/execution-role.json" with { type: "json" };
import jobRole from "./policies/job-role.json" with { type: "json" };
import workersTrust from "./policies/workers-trust.json" with { type: "json" };

export interface PolicyDocument {
  Version: string;
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: string;
  Principal?: Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export const policyTemplates = { deployRole, deployTrust, doctor, executionRole, jobRole, workersTrust };

export type BucketLocation = Location & { kind: "s3" };

export interface PolicyValues {
  account: string;
  region: string;
  jobRole: string;
  executionRole: string;
  /** What GitHub may call the workflow that gets the role. */
  subjects: readonly string[];
  sources: readonly BucketLocation[];
  destinations: readonly BucketLocation[];
}

/** A statement that speaks of a source, a destination or a subject is there once for each of them. */
export function fillPolicy(template: PolicyDocument, values: PolicyValues): PolicyDocument {
  const { account, region, jobRole, executionRole } = values;
  const Statement = template.Statement.flatMap((statement) =>
    repetitionsOf(statement, values).map((own, index) => {
      const filled = fillStatement(statement, { account, region, jobRole, executionRole, ...own });
      // Within a policy no two may have the same.
      return index === 0 || filled.Sid === undefined
        ? filled
        : { ...filled, Sid: `${filled.Sid}${index + 1}` };
    }),
  );
  return { Version: template.Version, Statement };
}

type Values = Readonly<Record<string, string>>;

function repetitionsOf(
  statement: PolicyStatement,
  { sources, destinations, subjects }: PolicyValues,
): Values[] {
  const text = JSON.stringify(statement);
  if (text.includes("{{source")) {
    return sources.map(({ bucket, prefix }) => ({ sourceBucket: bucket, sourcePrefix: prefix }));
  }
  if (text.includes("{{destination")) {
    return destinations.map(({ bucket, prefix }) => ({
      destinationBucket: bucket,
      destinationPrefix: prefix,
    }));
  }
  return text.includes("{{subject}}") ? subjects.map((subject) => ({ subject })) : [{}];
}

function fillStatement(statement: PolicyStatement, values: Values): PolicyStatement {
  const fill = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`Nothing stands for ${placeholder} of a policy.`);
      return literally(value);
    });
  return JSON.parse(JSON.stringify(statement), (_, part: unknown) =>
    typeof part === "string" ? fill(part) : part,
  );
}

/** What stands for something else in a policy, as itself (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html). */
const literally = (text: string) => text.replace(/[*?$]/g, (sign) => `\${${sign}}`);

/** Lines of what has to change: `-` a statement that was found, `+` one that is wanted. Empty when they say the same. */
export function policyDrift(found: PolicyDocument | undefined, wanted: PolicyDocument): string[] {
  const has = (policy: PolicyDocument | undefined, statement: PolicyStatement) =>
    policy?.Statement.some((other) => isDeepStrictEqual(canonical(other), canonical(statement))) ?? false;
  const gone = found?.Statement.filter((statement) => !has(wanted, statement)) ?? [];
  const added = wanted.Statement.filter((statement) => !has(found, statement));
  return [
    ...gone.map((statement) => `- ${JSON.stringify(statement)}`),
    ...added.map((statement) => `+ ${JSON.stringify(statement)}`),
  ];
}

/** The order of a list does not count, and a list of one may be written without brackets. */
function canonical(statement: PolicyStatement): unknown {
  return JSON.parse(JSON.stringify(statement), (_, part: unknown) => {
    if (typeof part === "string") return [part];
    return Array.isArray(part) ? part.flat().sort() : part;
  });
}

/** As IAM gives it: JSON, percent-encoded. `undefined` for what is no policy. */
export function parsePolicy(document: string | undefined): PolicyDocument | undefined {
  const parsed: unknown = JSON.parse(decodeURIComponent(document ?? "null"));
  if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) return undefined;
  const statements = [parsed.Statement].flat();
  return {
    Version: "Version" in parsed ? String(parsed.Version) : "",
    Statement: statements as PolicyStatement[],
  };
}
