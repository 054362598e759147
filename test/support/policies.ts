/** The policies that an administrator gives to Textmill's roles, filled in for an account. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./program.ts";

export type PolicyName =
  | "deploy-role"
  | "deploy-trust"
  | "cleanup"
  | "doctor"
  | "job-role"
  | "execution-role"
  | "workers-trust";

export interface Policy {
  Version: string;
  Statement: {
    Sid?: string;
    Effect: string;
    Action: string | string[];
    Resource?: unknown;
    Condition?: unknown;
  }[];
}

export function readPolicy(name: PolicyName, values: Readonly<Record<string, string>> = {}): Policy {
  const text = readFileSync(join(repository, "infra-scripts/policies", `${name}.json`), "utf8");
  const inQuotes = (value: string) => JSON.stringify(value).slice(1, -1);
  return JSON.parse(text.replace(/\{\{(\w+)\}\}/g, (place, key) => inQuotes(values[key] ?? place)));
}

export const actionsOf = ({ Statement }: Policy): string[] =>
  [...new Set(Statement.flatMap(({ Action }) => Action))].sort();

/** moto takes a resource for a regular expression in which `*` is anything. */
const asExpression = (resource: unknown) => String(resource).replace(/[$()|^+?{}[\]\\]/g, "\\$&");

/**
 * As the stand-in for AWS can check it: of all services but S3 it knows neither resources nor conditions, and it has
 * AWS Batch's actions in small letters.
 */
export function forStandIn(policy: Policy): Policy {
  const Statement = policy.Statement.map(({ Resource, Condition, ...statement }) => {
    const actions = [statement.Action].flat();
    if (actions.every((action) => action.startsWith("s3:"))) {
      return { ...statement, Resource: [Resource].flat().map(asExpression) };
    }
    const small = actions
      .filter((action) => action.startsWith("batch:"))
      .map((action) => `batch:${action.slice(6).toLowerCase()}`);
    return { ...statement, Action: [...actions, ...small], Resource: "*" };
  });
  return { ...policy, Statement };
}
