/** The workflows of .github/workflows as texts and as data, with their aliases put in. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { repository } from "./program.ts";

export interface Step {
  id?: string;
  name?: string;
  if?: string | boolean;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  env?: Record<string, string>;
  run?: string;
}

export interface Job {
  needs?: string | string[];
  if?: string | boolean;
  uses?: string;
  permissions?: unknown;
  "timeout-minutes"?: number;
  "continue-on-error"?: boolean;
  outputs?: Record<string, string>;
  steps?: Step[];
}

export interface InputOfWorkflow {
  description?: string;
  type?: string;
  options?: string[];
  default?: string | boolean;
}

export interface Workflow {
  on: {
    workflow_dispatch?: { inputs: Record<string, InputOfWorkflow> };
    workflow_call?: { inputs: Record<string, InputOfWorkflow>; outputs?: Record<string, { value: string }> };
  };
  permissions?: unknown;
  jobs: Record<string, Job>;
}

export interface WorkflowFile {
  name: string;
  text: string;
}

const folder = join(repository, ".github/workflows");

export const workflowFiles = (): WorkflowFile[] =>
  readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

export const readWorkflow = (name: string): Workflow =>
  parseWorkflow(readFileSync(join(folder, name), "utf8"));

export const parseWorkflow = (text: string) => load(text) as Workflow;

/** With a copy of its anchor in the place of each alias, for readers that do not know them. */
export const withoutAliases = (text: string) => dump(load(text), { noRefs: true, lineWidth: -1 });
