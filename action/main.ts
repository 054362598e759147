/** Reads the inputs, runs the command, sets the outputs and exits: as a step of a workflow and at a terminal. */
import { availableParallelism } from "node:os";
import * as core from "@actions/core";
import { ContractError } from "../worker/run-files.ts";
import { StoreError } from "../worker/store.ts";
import { sessionName, useRole } from "./aws/credentials.ts";
import { explainAwsError } from "./aws/errors.ts";
import { cancel } from "./commands/cancel.ts";
import { cleanup } from "./commands/cleanup.ts";
import { doctor } from "./commands/doctor.ts";
import type { CommandEnd, ReportedRun } from "./commands/end.ts";
import { plan } from "./commands/plan.ts";
import { run as runDocuments } from "./commands/run.ts";
import { submit } from "./commands/submit.ts";
import { watch } from "./commands/watch.ts";
import { type Console, isOnRunner, openConsole } from "./console.ts";
import { inputTable } from "./input-table.ts";
import { type AwsInputs, type Inputs, readInputs } from "./inputs.ts";
import { annotationsOf } from "./report/annotations.ts";
import { logText } from "./report/escape.ts";
import { exitCodeOf, gravest } from "./report/outcome.ts";
import type { Report } from "./report/report.ts";
import { renderPlainSummary } from "./report/summary.ts";
import { inputsOfArguments, usage } from "./terminal.ts";

async function main(args: string[], console: Console): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(usage());
    return 0;
  }
  const read = readInputs(args.length > 0 ? inputsOfArguments(args) : inputsOfRunner(), {
    cores: availableParallelism(),
    region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined,
  });
  if (!read.ok) return refuse(read.errors, console);
  if (read.aws !== undefined) await enterAws(read.aws, read.inputs, console);
  const end = await runCommand(read.inputs, console);
  if (end.outcome === "refused") return refuse(end.errors, console);
  if (end.outcome === "planned") {
    setOutputs({ outcome: "planned", documents: end.documents });
    return 0;
  }
  if (end.outcome === "checked") {
    setOutputs({ outcome: end.isWell ? "succeeded" : "failed" });
    return end.isWell ? 0 : 1;
  }
  if (end.outcome === "finished") return 0;
  return end.outcome === "looked" ? presentAll(end.runs, console) : present(end, console);
}

const inputsOfRunner = () => Object.fromEntries(inputTable.map(({ name }) => [name, core.getInput(name)]));

/** Here, and in the workers that this process starts, AWS is what the inputs say. */
async function enterAws({ region, role }: AwsInputs, inputs: Inputs, console: Console): Promise<void> {
  if (region !== undefined) process.env.AWS_REGION = region;
  if (role === undefined) return;
  const runId = "runId" in inputs ? inputs.runId : undefined;
  const session = sessionName(runId ?? process.env.GITHUB_RUN_ID ?? "run");
  await useRole({ ...role, sessionName: session }, process.env, console);
  console.info(`working as ${role.arn}, session ${session}`);
}

function runCommand(inputs: Inputs, console: Console): Promise<CommandEnd> {
  const stop = stopSignal();
  switch (inputs.command) {
    case "run":
      return runDocuments(inputs, console, stop);
    case "plan":
      return plan(inputs, console);
    case "submit":
      return submit(inputs, console);
    case "watch":
      return watch(inputs, console, stop);
    case "cancel":
      return cancel(inputs, console);
    case "doctor":
      return doctor(inputs, console);
    case "cleanup":
      return cleanup(inputs, console);
  }
}

/** A cancelled workflow gets SIGINT, SIGTERM 7.5 s later and 2.5 s after that the end; a second Ctrl-C ends at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  return stop.signal;
}

async function present(run: ReportedRun, console: Console): Promise<number> {
  await show(run, console);
  const { report } = run.conclusion;
  setOutputs({
    outcome: report.outcome,
    "run-id": report.runId,
    documents: report.documents.total,
    done: report.documents.done,
    failed: report.documents.failed,
    skipped: report.documents.skipped,
    pages: report.pages.total,
    report: report.files.report,
    results: report.files.results,
  });
  return exitCodeOf(report.outcome);
}

/** The other outputs are those of a single run. */
async function presentAll(runs: readonly ReportedRun[], console: Console): Promise<number> {
  for (const run of runs) await show(run, console);
  const outcome = gravest(runs.map(({ conclusion }) => conclusion.report.outcome));
  setOutputs({ outcome });
  return exitCodeOf(outcome);
}

async function show({ conclusion, wantsSummary }: ReportedRun, console: Console): Promise<void> {
  const { report, summary } = conclusion;
  for (const line of renderPlainSummary(report)) console.info(line);
  if (isOnRunner(process.env)) annotate(report);
  if (wantsSummary && process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(summary).write();
}

function annotate(report: Report): void {
  for (const { title, message, level } of annotationsOf(report)) {
    const show = level === "error" ? core.error : core.warning;
    show(message, { title });
  }
}

/** Outside of a workflow nobody reads them. */
function setOutputs(outputs: Record<string, string | number>): void {
  if (!process.env.GITHUB_OUTPUT) return;
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

function refuse(errors: string[], console: Console): number {
  for (const error of errors) console.error(logText(error, 2000));
  return 1;
}

/** What the user can mend says so itself; for anything else the place in the code helps to report it. */
function explain(error: unknown): string {
  if (error instanceof StoreError || error instanceof ContractError) return error.message;
  const ofAws = explainAwsError(error);
  if (ofAws !== undefined) return ofAws;
  return error instanceof Error
    ? [error.stack, error.cause].filter(Boolean).join("\ncaused by ")
    : String(error);
}

/** `args` are a terminal's; without any, the inputs are those of a workflow step. Ends the process. */
export async function run(args: string[] = []): Promise<never> {
  const console = openConsole(process.env);
  try {
    process.exit(await main(args, console));
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}
