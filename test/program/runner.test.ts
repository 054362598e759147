import { spawn } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { outputsOf, temporaryFolder } from "../support/folders.ts";
import { endOf, productNode, repository, runProgram, withoutRunner } from "../support/program.ts";
import { outputsOfFile } from "../support/workflow-runner.ts";

/** A step as the runner runs it: the action's files without node_modules, the workspace as working folder. */
async function runStep(inputs: Record<string, string>) {
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
