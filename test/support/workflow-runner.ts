/** Plays a workflow as GitHub and its runner do, as far as the workflows of this repository go. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Contexts, filledIn, isMet, type Status } from "./expressions.ts";
import { temporaryFolder } from "./folders.ts";
import { endOf, type ProgramEnd, productNode, repository, withoutRunner } from "./program.ts";
import { readActionFile } from "./readme.ts";
import type { Job, Step, Workflow } from "./workflows.ts";

export interface JobEnd {
  result: "success" | "failure" | "cancelled" | "skipped";
  outputs: Record<string, string>;
  /** What its steps printed. */
  log: string;
  summary: string;
}

export interface WorkflowRun {
  workflow: Workflow;
  inputs: Record<string, string | boolean>;
  vars: Record<string, string>;
  /** The same for all attempts. */
  id: string;
  /** What the runner's environment has besides. */
  environment?: NodeJS.ProcessEnv;
  /** What lies in the repository that runs the workflow. */
  documents?: string;
  /** Changes what Textmill is given, e.g. so that a leg's time is up in seconds. */
  adapt?: (job: string, given: Record<string, string>) => Record<string, string>;
  /** Sees each process of Textmill as it starts, and may signal to it. */
  disturb?: (job: string, child: ReturnType<typeof spawn>) => void;
  /** The workflow was cancelled from the job of this name on. */
  cancelledIn?: string;
  /** Ends of jobs that are not played again. */
  earlier?: Readonly<Record<string, JobEnd>>;
}

/** Jobs in the order of the file, in which each follows those that it needs. */
export async function playWorkflow(run: WorkflowRun): Promise<Record<string, JobEnd>> {
  const ends: Record<string, JobEnd> = {};
  let isCancelled = false;
  for (const [id, job] of Object.entries(run.workflow.jobs)) {
    const before = run.earlier?.[id];
    ends[id] = before ?? (await playJob(run, id, job, ends, isCancelled));
    isCancelled ||= run.cancelledIn === id;
  }
  return ends;
}

async function playJob(
  run: WorkflowRun,
  id: string,
  job: Job,
  ends: Readonly<Record<string, JobEnd>>,
  isCancelled: boolean,
): Promise<JobEnd> {
  const needed = [job.needs ?? []].flat().map((name) => [name, ends[name]] as const);
  const needs = Object.fromEntries(
    needed.map(([name, end]) => {
      if (end === undefined) throw new Error(`${id} needs ${name}, which comes after it or is no job.`);
      return [name, { result: end.result, outputs: end.outputs }];
    }),
  );
  const contexts: Contexts = {
    needs,
    inputs: run.inputs,
    vars: run.vars,
    github: { token: "", run_id: run.id, repository: "owner/archive", sha: "a".repeat(40) },
    job: { workflow_repository: "owner/textmill", workflow_sha: "b".repeat(40) },
  };
  const status = { isCancelled, hasFailed: needed.some(([, end]) => end?.result !== "success") };
  if (!isMet(job.if, contexts, status)) return { result: "skipped", outputs: {}, log: "", summary: "" };
  return playSteps(run, id, job, contexts);
}

async function playSteps(run: WorkflowRun, id: string, job: Job, contexts: Contexts): Promise<JobEnd> {
  const workspace = await temporaryFolder();
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const status: Status = { isCancelled: false, hasFailed: false };
  let log = "";
  let summary = "";
  for (const [index, step] of (job.steps ?? []).entries()) {
    const known = { ...contexts, steps };
    if (!isMet(step.if, known, status)) continue;
    const end = await playStep(run, id, step, known, workspace);
    log += `${end.output}${end.errors}`;
    // Killed, as with the whole runner: nobody is left to fill in the job's outputs.
    if (end.exitCode === null) return { result: "failure", outputs: {}, log, summary };
    steps[step.id ?? `__${index}`] = { outputs: end.outputs };
    status.hasFailed ||= end.exitCode !== 0;
    summary += end.summary;
  }
  const outputs = Object.entries(job.outputs ?? {}).map(([name, value]) => [
    name,
    filledIn(value, { ...contexts, steps }),
  ]);
  return {
    result: run.cancelledIn === id ? "cancelled" : status.hasFailed ? "failure" : "success",
    outputs: Object.fromEntries(outputs),
    log,
    summary,
  };
}

type StepEnd = ProgramEnd & { outputs: Record<string, string>; summary: string };

async function playStep(
  run: WorkflowRun,
  job: string,
  step: Step,
  contexts: Contexts,
  workspace: string,
): Promise<StepEnd> {
  const given = valuesOf(step.with, contexts);
  if (step.run !== undefined) {
    return runStep(
      run,
      { job, step, workspace },
      "bash",
      ["-eo", "pipefail", "-c", step.run],
      valuesOf(step.env, contexts),
    );
  }
  const action = step.uses?.split("@")[0];
  if (action === "actions/checkout") return done(() => checkOut(run, given, workspace));
  if (action === "actions/upload-artifact") return done(async () => {});
  if (action !== "./textmill") throw new Error(`Nothing here plays the action ${action}.`);
  const declared = Object.entries(readActionFile().inputs).map(([name, input]) => [
    name,
    input.default ?? "",
  ]);
  const inputs = { ...Object.fromEntries(declared), ...(run.adapt?.(job, given) ?? given) };
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const main = join(workspace, "textmill/dist/main.mjs");
  return runStep(run, { job, step, workspace }, productNode, [main], Object.fromEntries(variables));
}

const valuesOf = (values: Step["with"] | Step["env"], contexts: Contexts): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, filledIn(value, contexts)]));

async function done(work: () => Promise<void>): Promise<StepEnd> {
  await work();
  return { exitCode: 0, output: "", errors: "", outputs: {}, summary: "" };
}

/** Without a repository the checkout is of the one that runs the workflow. */
async function checkOut(
  { documents }: WorkflowRun,
  { repository: name, ref, path = "." }: Record<string, string>,
  workspace: string,
): Promise<void> {
  const folder = join(workspace, path);
  await mkdir(folder, { recursive: true });
  if (name === undefined) {
    if (documents !== undefined) await cp(documents, folder, { recursive: true });
    return;
  }
  if (name !== "owner/textmill" || ref !== "b".repeat(40))
    throw new Error(`Textmill is taken from ${name} at ${ref}.`);
  for (const part of ["action.yml", "package.json", "Dockerfile", ".dockerignore", "dist"]) {
    await cp(join(repository, part), join(folder, part), { recursive: true });
  }
}

async function runStep(
  { id, environment, disturb }: WorkflowRun,
  { job, step, workspace }: { job: string; step: Step; workspace: string },
  program: string,
  args: string[],
  variables: Record<string, string>,
): Promise<StepEnd> {
  const folder = await mkdtemp(join(workspace, ".step-"));
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
  for (const file of Object.values(files)) await writeFile(file, "");
  const child = spawn(program, args, {
    cwd: workspace,
    env: {
      ...withoutRunner(environment ?? process.env),
      GITHUB_ACTIONS: "true",
      GITHUB_RUN_ID: id,
      GITHUB_JOB: job,
      GITHUB_ACTION: step.id ?? "__self",
      GITHUB_REPOSITORY: "owner/archive",
      GITHUB_WORKSPACE: workspace,
      ...files,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (step.uses !== undefined) disturb?.(job, child);
  const end = await endOf(child);
  return {
    ...end,
    outputs: outputsOfFile(await readFile(files.GITHUB_OUTPUT, "utf8")),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8"),
  };
}

/** `name<<delimiter`, the value, the delimiter. */
export function outputsOfFile(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  );
}
