import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  jobsOf,
  localOutputs,
  makeAccount,
  outputsIn,
  putSources,
  readRunFolder,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { type JobEnd, playWorkflow, type WorkflowRun } from "../support/workflow-runner.ts";
import { readWorkflow } from "../support/workflows.ts";

const workflow = readWorkflow("ocr.yml");

/** What the form in the browser sends when nothing is changed in it. */
const form = Object.fromEntries(
  Object.entries(workflow.on.workflow_dispatch?.inputs ?? {}).map(([name, input]) => [
    name,
    input.default ?? "",
  ]),
);

/** Small jobs, many for few documents, and short legs: `minutes` by the name of the job. */
const adapted =
  (minutes: Readonly<Record<string, number>>): NonNullable<WorkflowRun["adapt"]> =>
  (job, given) => ({
    ...given,
    vcpus: "1",
    "memory-mib": "2048",
    "chunk-minutes": "0.1",
    ...(job.startsWith("watch") ? { "watch-minutes": String(minutes[job] ?? given["watch-minutes"]) } : {}),
  });

function dispatch({ source, destination, region, env, ...account }: TestAccount): WorkflowRun {
  return {
    workflow,
    inputs: { ...form, "max-vcpus": "8" },
    vars: {
      TEXTMILL_SOURCE: source,
      TEXTMILL_DESTINATION: destination,
      TEXTMILL_JOB_ROLE: account.jobRole,
      TEXTMILL_EXECUTION_ROLE: account.executionRole,
      AWS_REGION: region,
    },
    id: randomUUID().slice(0, 8),
    environment: env,
    adapt: adapted({}),
  };
}

const resultsOf = (ends: Readonly<Record<string, JobEnd>>) =>
  Object.fromEntries(
    Object.entries(ends)
      .filter(([, { result }]) => result !== "skipped")
      .map(([name, { result, outputs }]) => [name, outputs["has-ended"] ?? outputs.outcome ?? result]),
  );

const logs = (ends: Readonly<Record<string, JobEnd>>) =>
  Object.values(ends)
    .map(({ log }) => log)
    .join("\n");

describe.skipIf(!awsUnderTest)(`the workflow of a run on AWS Batch (${whyNoAws} if skipped)`, () => {
  test("follows a run through legs that end, and die, before it does; a leg that is run again only reports", async () => {
    const documents = await goodDocuments(40);
    const account = await makeAccount("us-east-1");
    await putSources(account, documents);
    const run = dispatch(account);
    const ends = await playWorkflow({
      ...run,
      adapt: adapted({ "watch-1": 0.02, "watch-2": 5, "watch-3": 0.02, "watch-4": 10 }),
      disturb: (job, child) => job === "watch-2" && whenItWatches(child, "SIGKILL"),
    });
    expect(resultsOf(ends), logs(ends)).toEqual({
      submit: "running",
      "watch-1": "false",
      "watch-2": "failure",
      "watch-3": "false",
      "watch-4": "true",
      report: "succeeded",
    });
    expect(ends.report?.summary).toMatch(/^\*\*Textmill: succeeded\*\*/);
    expect(await outputsIn(account)).toEqual(await localOutputs(documents));

    const runId = ends.submit?.outputs["run-id"] ?? "";
    const { report } = await readRunFolder(account, runId);
    expect(report.documents).toMatchObject({ total: 40, done: 40, missing: 0 });
    const jobs = await jobsOf(account, runId);
    const { submit, "watch-1": first } = ends;
    if (submit === undefined || first === undefined) throw new Error("They have ended.");
    const again = await playWorkflow({ ...run, earlier: { submit, "watch-1": first } });
    expect(resultsOf(again), logs(again)).toMatchObject({ "watch-2": "true", report: "succeeded" });
    expect(again["watch-3"]?.result).toBe("skipped");
    expect(await jobsOf(account, runId)).toEqual(jobs);
    expect((await readRunFolder(account, runId)).report.documents).toEqual(report.documents);
  });

  test("leaves the run going when it is cancelled, says how far it is, and attaches to it when it is run again", async () => {
    const account = await makeAccount("us-east-1");
    await putSources(account, await goodDocuments(40));
    const run = dispatch(account);
    const cancelled = await playWorkflow({
      ...run,
      cancelledIn: "watch-1",
      disturb: (job, child) => job === "watch-1" && whenItWatches(child, "SIGINT"),
    });
    expect(resultsOf(cancelled), logs(cancelled)).toEqual({
      submit: "running",
      "watch-1": "false",
      report: "running",
    });
    expect(cancelled["watch-1"]?.result).toBe("cancelled");

    const again = await playWorkflow(run);
    expect(resultsOf(again), logs(again)).toEqual({
      submit: "running",
      "watch-1": "true",
      report: "succeeded",
    });
    const runId = cancelled.submit?.outputs["run-id"] ?? "";
    expect(again.submit?.outputs["run-id"]).toBe(runId);
    expect((await readRunFolder(account, runId)).report.documents).toMatchObject({ done: 40, missing: 0 });
  });

  test("leaves a submitted run to the scheduled look, which reports it once, when it has ended", async () => {
    const account = await makeAccount("us-east-1");
    await putSources(account, await goodDocuments(8));
    const run = dispatch(account);
    const ends = await playWorkflow({ ...run, inputs: { ...run.inputs, command: "submit" } });
    expect(resultsOf(ends), logs(ends)).toEqual({ submit: "running" });

    const look = () => playWorkflow({ ...run, workflow: readWorkflow("report.yml"), inputs: {} });
    const looks = [await look()];
    while (looks.at(-1)?.look?.log.includes("Textmill: running")) looks.push(await look());
    expect(looks.at(-1)?.look, logs(looks.at(-1) ?? {})).toMatchObject({ result: "success" });
    expect(looks.at(-1)?.look?.summary).toMatch(/^\*\*Textmill: succeeded\*\*/);
    expect((await readRunFolder(account, ends.submit?.outputs["run-id"] ?? "")).report.documents.done).toBe(
      8,
    );
    const { look: idle } = await look();
    expect(idle).toMatchObject({ result: "success", summary: "" });
    expect(idle?.log).toMatch(/looked at 0 unfinished runs/);
    const elsewhere = await playWorkflow({
      ...run,
      workflow: readWorkflow("report.yml"),
      inputs: {},
      vars: {},
    });
    expect(elsewhere.look).toMatchObject({ result: "skipped" });
  });

  test.each(["plan", "doctor"])("starts nothing for the command %s", async (command) => {
    const account = await makeAccount("us-east-1");
    await putSources(account, await goodDocuments(1));
    const run = dispatch(account);
    const ends = await playWorkflow({ ...run, inputs: { ...run.inputs, command } });
    expect(Object.keys(resultsOf(ends))).toEqual(["submit"]);
    expect((await outputsIn(account)).size).toBe(0);
  });

  test("takes a hostile prefix and hostile names for mere text, from the form to the report", async () => {
    const prefix = 'scans $(id) `id` "><script>alert(1)</script> | ::error::x/';
    // None with a line break, for which the stand-in has no route; ocr-local.test.ts has one.
    const names = ["a|b `id` $(id).png", "<img src=x onerror=alert(1)>.bad"];
    const [good] = await goodDocuments(1);
    const account = await makeAccount("us-east-1", prefix);
    const documents = names.map((key) => ({
      key,
      bytes: key.endsWith(".bad") ? Buffer.from("no document") : (good?.bytes ?? Buffer.alloc(0)),
    }));
    await putSources(account, documents);
    const run = dispatch(account);
    const inputs = { ...run.inputs, source: account.source, "max-failure-percent": "50" };
    const planned = await playWorkflow({ ...run, inputs: { ...inputs, command: "plan" } });
    expect(planned.submit, logs(planned)).toMatchObject({
      result: "success",
      outputs: { outcome: "planned" },
    });
    const ends = await playWorkflow({ ...run, inputs });
    expect(resultsOf(ends), logs(ends)).toEqual({
      submit: "running",
      "watch-1": "true",
      report: "succeeded",
    });
    expect([...(await outputsIn(account)).keys()].sort()).toEqual(
      names
        .filter((key) => key.endsWith(".png"))
        .map((key) => `${key}.txt`)
        .sort(),
    );
    const said = logs(planned) + logs(ends);
    expect(said).not.toMatch(/uid=/);
    expect(said.match(/^::error.*/gm) ?? []).toEqual([]);
    for (const { summary } of Object.values(ends)) expect(summary).not.toMatch(/<script|<img|uid=/);

    const refused = await playWorkflow({ ...run, inputs: { ...inputs, source: `${account.source}a\nb` } });
    expect(refused.submit).toMatchObject({ result: "failure", outputs: { outcome: "" } });
    expect(refused.submit?.log).toMatch(/^::error::source ".*line break/m);
    expect(Object.keys(resultsOf(refused))).toEqual(["submit"]);
  });
});

function whenItWatches(child: ChildProcess, signal: NodeJS.Signals): void {
  let said = "";
  child.stdout?.on("data", (text: Buffer | string) => {
    said += text;
    if (said.includes("::group::Watch") && !child.killed) child.kill(signal);
  });
}
