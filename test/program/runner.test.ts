import { spawn } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { outputsOf, temporaryFolder } from "../support/folders.ts";
import { startGithubApi } from "../support/github-api.ts";
import { startIdTokens } from "../support/id-tokens.ts";
import { endOf, productNode, repository, runProgram, withoutRunner } from "../support/program.ts";
import { notAuthorized, startSts } from "../support/sts.ts";
import { outputsOfFile } from "../support/workflow-runner.ts";

/** A step as the runner runs it: the action's files without node_modules, the workspace as working folder. */
async function runStep(inputs: Record<string, string>, environment: NodeJS.ProcessEnv = {}) {
  const [action, workspace] = [await temporaryFolder(), await temporaryFolder()];
  for (const part of ["action.yml", "package.json", "dist"]) {
    await cp(join(repository, part), join(action, part), { recursive: true });
  }
  await cp(join(repository, "test/samples/documents"), join(workspace, "scans"), { recursive: true });
  const files = { GITHUB_OUTPUT: join(workspace, "output"), GITHUB_STEP_SUMMARY: join(workspace, "summary") };
  for (const file of Object.values(files)) await writeFile(file, "");
  const defaults = Object.fromEntries(
    Object.entries({ command: "run", source: "scans", destination: "texts", ...inputs }).map(
      ([name, value]) => [`INPUT_${name.toUpperCase()}`, value],
    ),
  );
  const child = spawn(productNode, [join(action, "dist/main.mjs")], {
    cwd: workspace,
    env: {
      ...withoutRunner(process.env),
      GITHUB_ACTIONS: "true",
      GITHUB_RUN_ID: "4711",
      GITHUB_JOB: "ocr",
      GITHUB_ACTION: "ocr",
      ...files,
      ...defaults,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = await endOf(child);
  return {
    ...end,
    workspace,
    outputs: outputsOfFile(await readFile(files.GITHUB_OUTPUT, "utf8")),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, "utf8"),
  };
}

describe("a step of a workflow", () => {
  test("makes the same texts as a terminal, sets the outputs and writes the summary", async () => {
    const step = await runStep({});
    expect(step).toMatchObject({ exitCode: 0 });
    const atTerminal = await temporaryFolder();
    await runProgram(["--source", join(repository, "test/samples/documents"), "--destination", atTerminal]);
    const texts = await outputsOf(atTerminal);
    expect(texts.size).toBeGreaterThanOrEqual(12);
    expect(await outputsOf(join(step.workspace, "texts"))).toEqual(texts);
    expect(step.outputs).toMatchObject({
      outcome: "succeeded",
      done: String(texts.size),
      failed: "0",
      skipped: "0",
    });
    expect(step.outputs["run-id"]).toMatch(/^4711-/);
    expect(JSON.parse(await readFile(step.outputs.report ?? "", "utf8"))).toMatchObject({
      outcome: "succeeded",
    });
    expect((await readFile(step.outputs.results ?? "", "utf8")).trim().split("\n")).toHaveLength(texts.size);
    expect(step.summary).toMatch(/^\*\*Textmill: succeeded\*\*/);
    expect(step.output).toMatch(/^::group::/m);
  });

  test("turns failures into annotations and a failed step", async () => {
    const step = await runStep({ include: "*.bad" });
    expect(step.exitCode).toBe(0);
    const folder = join(step.workspace, "scans2");
    await mkdir(folder);
    for (let index = 0; index < 12; index++) await writeFile(join(folder, `${index}.pdf`), "no pdf");
    const failing = await runStep({ source: folder });
    expect(failing.exitCode).toBe(1);
    expect(failing.output.match(/^::(?:error|warning)\b/gm)?.length).toBe(10);
    expect(failing.outputs).toMatchObject({ outcome: "failed", failed: "12" });
  });

  test("names every wrong input at once and starts nothing", async () => {
    const step = await runStep({ "max-failure-percent": "lots", force: "yes", source: "" });
    expect(step.exitCode).toBe(1);
    for (const name of ["max-failure-percent", "force", "source"]) expect(step.output).toContain(name);
    await expect(outputsOf(join(step.workspace, "texts"))).rejects.toThrow("ENOENT");
  });

  test("says which language data is missing before it starts", async () => {
    const step = await runStep({ languages: "eng+tlh" });
    expect(step.exitCode).toBe(1);
    expect(step.output).toMatch(/tlh.*install/is);
    await expect(outputsOf(join(step.workspace, "texts"))).rejects.toThrow("ENOENT");
  });

  test("plans without changing anything", async () => {
    const step = await runStep({ command: "plan" });
    expect(step.exitCode).toBe(0);
    expect(step.output).toMatch(/\d+ documents to do/);
    await expect(outputsOf(join(step.workspace, "texts"))).rejects.toThrow("ENOENT");
  });

  test("reports a run again from its id alone", async () => {
    const run = await runStep({ include: "*.png" });
    const destination = join(run.workspace, "texts");
    const watch = await runStep({
      command: "watch",
      source: "",
      destination,
      "run-id": run.outputs["run-id"] ?? "",
    });
    expect(watch.exitCode).toBe(0);
    expect(watch.outputs.outcome).toBe("succeeded");
    expect(watch.outputs.done).toBe(run.outputs.done);
  });
});

describe("a step with a token of GitHub", () => {
  const sha = "a".repeat(40);
  const place = { GITHUB_REPOSITORY: "acme/scans", GITHUB_SHA: sha };
  const few = { include: "letter*", "github-token": "ghs_secret" };

  test("shows the run as a check and as a comment, and says where", async () => {
    const github = await startGithubApi();
    const step = await runStep({ ...few, "comment-on": "12" }, { ...place, GITHUB_API_URL: github.url });
    expect(step).toMatchObject({ exitCode: 0, errors: "" });
    expect(github.checks).toEqual([
      expect.objectContaining({ head_sha: sha, status: "completed", conclusion: "success" }),
    ]);
    expect(github.comments).toEqual([
      expect.objectContaining({ issue: 12, body: expect.stringContaining(step.outputs["run-id"] ?? "") }),
    ]);
    expect(step.output).toContain("shown at https://github.example/check/1");
    expect(step.output).not.toContain("ghs_secret");
  });

  test("passes, and keeps its outputs, whatever GitHub's API does", async () => {
    const github = await startGithubApi();
    github.between = () => ({ status: 403, message: "Resource not accessible by integration" });
    const step = await runStep(few, { ...place, GITHUB_API_URL: github.url });
    expect(step).toMatchObject({ exitCode: 0, outputs: { outcome: "succeeded" } });
    expect(step.output.match(/Resource not accessible/g)).toHaveLength(1);
    expect(github.calls).toHaveLength(1);
  });
});

describe("a step that works as a role of AWS", () => {
  const asRole = {
    source: "s3://scans/",
    "role-to-assume": "arn:aws:iam::123456789012:role/textmill-deploy",
    "aws-region": "eu-west-1",
  };

  test("fails with the permission that the job lacks when GitHub offers no ID token", async () => {
    const step = await runStep(asRole);
    expect(step.exitCode).toBe(1);
    expect(step.output).toMatch(/^::error::role-to-assume needs .*id-token: write/m);
  });

  test("fails with the subject that GitHub sent when AWS refuses it, and shows the token to nobody", async () => {
    const tokens = await startIdTokens();
    const sts = await startSts();
    sts.refuse = () => notAuthorized;
    const step = await runStep(asRole, {
      ...tokens.environment,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ENDPOINT_URL_IAM: "http://127.0.0.1:9",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect(step.exitCode).toBe(1);
    expect(step.output).toMatch(
      /^::error::.*GitHub sent the subject "repo:acme\/scans:ref:refs\/heads\/main"/m,
    );
    const [token = ""] = tokens.issued;
    expect(step.output.split("\n").filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`]);
  });
});
