import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/program.ts";
import {
  expressionsInScripts,
  lint,
  missingPermissions,
  missingTimeouts,
  schemaErrors,
  unknownInputs,
  unpinnedActions,
  unquotedVariables,
} from "../support/workflow-checks.ts";
import { type WorkflowFile, workflowFiles } from "../support/workflows.ts";

const checks = {
  lint,
  schemaErrors,
  unpinnedActions,
  missingPermissions,
  expressionsInScripts,
  unquotedVariables,
  missingTimeouts,
  unknownInputs,
};

describe.each(workflowFiles())("$name", (file) => {
  test.each(Object.entries(checks))("has nothing for %s to complain of", async (_, check) => {
    expect(await check(file)).toEqual([]);
  });
});

test("action.yml is as GitHub's schema wants it", async () => {
  const text = readFileSync(join(repository, "action.yml"), "utf8");
  expect(await schemaErrors({ name: "action.yml", text })).toEqual([]);
});

/** Breaks none of the rules: what is made of it breaks one. */
const good = `on:
  workflow_dispatch:
    inputs:
      prefix: { type: string }
permissions: {}
jobs:
  one:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
    steps: &steps
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          repository: \${{ job.workflow_repository }}
          ref: \${{ job.workflow_sha }}
      - uses: ./textmill
        with:
          source: \${{ inputs.prefix }}
      - env:
          PREFIX: \${{ inputs.prefix }}
        run: echo "$PREFIX"
  two:
    needs: one
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps: *steps
`;

const made = (text: string): WorkflowFile => ({ name: "made-up.yml", text });

function broken(from: string, to: string): WorkflowFile {
  expect(good).toContain(from);
  return made(good.replace(from, to));
}

describe("a check", () => {
  test.each(Object.entries(checks))("%s is content with a good workflow", async (_, check) => {
    expect(await check(made(good))).toEqual([]);
  });

  test.each([
    ["a key that does not exist", "timeout-minutes: 5", "timeout: 5", /timeout/],
    [
      "a context that does not exist",
      "inputs.prefix }}\n        run",
      "nosuch.prefix }}\n        run",
      /nosuch/,
    ],
    ["a job that does not exist", "needs: one", "needs: three", /three/],
  ])("lint finds %s", async (_, from, to, complaint) => {
    expect((await lint(broken(from, to))).join("\n")).toMatch(complaint);
  });

  test.each([
    ["a key that does not exist", "timeout-minutes: 5", "timeout: 5", /timeout/],
    ["an input of no known type", "type: string", "type: text", /text|type/i],
    [
      "a broken expression",
      "inputs.prefix }}\n        run",
      "inputs.prefix == }}\n        run",
      /expression|unexpected/i,
    ],
  ])("schemaErrors finds %s", async (_, from, to, complaint) => {
    expect((await schemaErrors(broken(from, to))).join("\n")).toMatch(complaint);
  });

  test("schemaErrors finds what is wrong in action.yml", async () => {
    const text = readFileSync(join(repository, "action.yml"), "utf8");
    const wrong = { name: "action.yml", text: text.replace("using: node24", "using: node99") };
    expect((await schemaErrors(wrong)).join("\n")).toMatch(/node99/);
  });

  test.each([
    "actions/checkout@v6",
    "actions/checkout@de0fac2",
    "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
    "actions/checkout@main # v6.0.2",
    "docker://alpine:3",
  ])("unpinnedActions finds %s", (uses) => {
    const pinned = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";
    expect(unpinnedActions(broken(pinned, uses))).toEqual([
      `made-up.yml: ${uses} is not pinned as owner/name@<40 hex digits> # v1.2.3`,
    ]);
  });

  test.each([
    ["of a job", "    permissions:\n      contents: read\n", ""],
    ["of the workflow", "\npermissions: {}", ""],
    ["that are all", "\npermissions: {}", "\npermissions: write-all"],
  ])("missingPermissions finds those %s", (_, from, to) => {
    expect(missingPermissions(broken(from, to))).toHaveLength(1);
  });

  test.each([
    `echo \${{ inputs.prefix }}`,
    `echo '\${{ inputs.prefix }}'`,
    `|\n          echo ok\n          echo "\${{ github.event.inputs.prefix }}"`,
  ])("expressionsInScripts finds %j", (script) => {
    // Both jobs have the step.
    expect(expressionsInScripts(broken('echo "$PREFIX"', script))).toHaveLength(2);
  });

  test.each(["echo $PREFIX", `echo \${PREFIX}`, "echo \"one\" $PREFIX 'two'", `ls \${PREFIX%/}/*`])(
    "unquotedVariables finds %j",
    (script) => {
      expect(unquotedVariables(broken('echo "$PREFIX"', script))).toHaveLength(2);
    },
  );

  test.each(["", "    timeout-minutes: 4000\n"])("missingTimeouts finds %j", (to) => {
    expect(missingTimeouts(broken("    timeout-minutes: 5\n", to))).toHaveLength(1);
  });

  test("unknownInputs finds what action.yml does not have", () => {
    expect(unknownInputs(broken("source:", "sauce:"))).toHaveLength(2);
  });
});
