import { spawnSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.ts";
import { readWorkflow } from "../support/workflows.ts";

const steps = readWorkflow("release.yml").jobs.release?.steps ?? [];

/** A step's script, with a `gh` that notes what it is asked and answers with lines of its own. */
async function runScript(name: string, tag: string, gh: string) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "gh"), `#!/bin/bash\necho "$*" >> "${folder}/calls"\n${gh}\n`);
  await chmod(join(folder, "gh"), 0o755);
  await writeFile(join(folder, "calls"), "");
  await writeFile(join(folder, "package.json"), JSON.stringify({ version: "1.10.0" }));
  const script = steps.find((step) => step.name === name)?.run ?? "exit 99";
  const { status, stdout } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      TAG: tag,
      GITHUB_REPOSITORY: "owner/textmill",
      GITHUB_SHA: "c".repeat(40),
    },
  });
  const calls = (await readFile(join(folder, "calls"), "utf8")).split("\n").filter(Boolean);
  return { status, output: stdout, calls };
}

const tags = ["v1.9.0", "v1.10.0", "v1.2.11", "v1.10.0-rc.1"];
const listing = `if [[ $* == *matching-refs* ]]; then ${tags.map((tag) => `echo refs/tags/${tag};`).join(" ")} exit; fi`;

describe("a release", () => {
  const move = "Move the tag of the major version";

  test("moves the tag of its major version when it is the newest of it", async () => {
    const { status, calls } = await runScript(move, "v1.10.0", listing);
    expect(status).toBe(0);
    expect(calls.slice(1)).toEqual([
      `api --method PATCH repos/owner/textmill/git/refs/tags/v1 -f sha=${"c".repeat(40)} -F force=true`,
    ]);
  });

  test("makes that tag when there is none yet", async () => {
    const { status, calls } = await runScript(move, "v1.10.0", `${listing}\n[[ $* != *PATCH* ]]`);
    expect(status).toBe(0);
    expect(calls.at(-1)).toBe(
      `api --method POST repos/owner/textmill/git/refs -f ref=refs/tags/v1 -f sha=${"c".repeat(40)}`,
    );
  });

  test("of an older version leaves it where it is", async () => {
    const { status, output, calls } = await runScript(move, "v1.9.0", listing);
    expect({ status, output }).toEqual({ status: 0, output: "v1 stays at v1.10.0\n" });
    expect(calls).toHaveLength(1);
  });

  test("fails when GitHub does not tell the tags", async () => {
    const { status, calls } = await runScript(move, "v1.10.0", "exit 1");
    expect(status).not.toBe(0);
    expect(calls).toHaveLength(1);
  });

  test.each([
    { tag: "v1.10.0", status: 0 },
    { tag: "v1.10.1", status: 1 },
    { tag: "v1.10.0$(exit 0)", status: 1 },
  ])("with the tag $tag and the version 1.10.0 ends with $status", async ({ tag, status }) => {
    expect((await runScript("The tag is the version of package.json", tag, "")).status).toBe(status);
  });

  test("is made once, and gets its archive again when it is run again", async () => {
    const name = "Release with notes";
    const first = await runScript(name, "v1.10.0", "[[ $* != *view* ]]");
    expect(first.calls.map((call) => call.split(" ")[1])).toEqual(["view", "create", "upload"]);
    const again = await runScript(name, "v1.10.0", "");
    expect(again.calls.map((call) => call.split(" ")[1])).toEqual(["view", "upload"]);
  });
});
