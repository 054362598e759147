/**
 * What IAM would say to a call by identity policies alone, of the parts of the policy language that Textmill's policies
 * use: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. Other parts throw.
 */
import type { PolicyDocument, PolicyStatement } from "../../infra-scripts/policies.ts";

export interface Call {
  action: string;
  resource: string;
  /** Condition keys that the call has, e.g. `s3:prefix`. */
  context?: Readonly<Record<string, string>>;
}

export function isAllowed(policies: readonly PolicyDocument[], call: Call): boolean {
  const statements = policies.flatMap(({ Statement }) => Statement);
  const matching = statements.filter((statement) => isMatch(statement, call));
  if (matching.some(({ Effect }) => Effect !== "Allow")) throw new Error("Only Allow is known.");
  return matching.length > 0;
}

function isMatch({ Action, Resource, Condition = {} }: PolicyStatement, call: Call): boolean {
  return (
    [Action].flat().some((pattern) => matches(pattern.toLowerCase(), call.action.toLowerCase())) &&
    [Resource ?? []].flat().some((pattern) => matches(pattern, call.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => isMet(operator, [values].flat(), call.context?.[key])),
    )
  );
}

function isMet(operator: string, values: readonly string[], given: string | undefined): boolean {
  // A condition on a key that the call lacks is not met.
  if (given === undefined) return false;
  if (operator === "StringEquals") return values.some((value) => unescaped(value) === given);
  if (operator === "StringLike") return values.some((value) => matches(value, given));
  throw new Error(`The operator ${operator} is not known.`);
}

const unescaped = (text: string) => text.replace(/\$\{([*?$])\}/g, "$1");

/** `*` and `?` stand for something else, but not in `${*}`. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replace(/\$\{([^}]*)\}|[\s\S]/gu, (part, named?: string) => {
    if (named !== undefined && !/^[*?$]$/.test(named)) throw new Error(`The variable ${part} is not known.`);
    if (part === "*") return ".*";
    if (part === "?") return ".";
    return (named ?? part).replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  });
  return new RegExp(`^${source}$`, "su").test(text);
}
