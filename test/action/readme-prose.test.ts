/** What README says of files, messages, variables and workflows is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "../support/program.ts";
import { readmePath } from "../support/readme.ts";
import { lint, schemaErrors } from "../support/workflow-checks.ts";
import { readWorkflow, workflowFiles } from "../support/workflows.ts";

const readme = readFileSync(readmePath, "utf8");

const sectionOf = (title: string) =>
  readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";

describe("README.md", () => {
  test("links to files and headings that exist", () => {
    const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    );
    const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !target.startsWith("https://"));
    expect(targets.length).toBeGreaterThan(10);
    const broken = targets.filter((target) =>
      target.startsWith("#") ? !anchors.includes(target.slice(1)) : !existsSync(join(repository, target)),
    );
    expect(broken).toEqual([]);
  });

  test("explains messages that the program has", () => {
    const messages = [...sectionOf("Troubleshooting").matchAll(/^\| `(.*?)`( \(GitHub\))?/gm)].filter(
      ([, , isGithubs]) => isGithubs === undefined,
    );
    expect(messages.length).toBeGreaterThan(20);
    const sources = sourceText();
    const unknown = messages
      .map(([, message = ""]) => message)
      .filter((message) => !fragments(message).every((fragment) => sources.includes(fragment)));
    expect(unknown).toEqual([]);
  });

  test("names every input, output and variable of the workflow of a run", () => {
    const section = sectionOf("In your own workflows");
    const { workflow_call: call } = readWorkflow("ocr.yml").on;
    const variables = workflowFiles().flatMap(({ text }) =>
      [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name = ""]) => name),
    );
    const names = [...Object.keys(call?.inputs ?? {}), ...Object.keys(call?.outputs ?? {}), ...variables];
    expect(new Set(names).size).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });

  test("shows workflows that GitHub takes", async () => {
    const blocks = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const text of blocks) {
      const shown = { name: "shown.yml", text: text.startsWith("on:") ? text : `on: push\n${text}` };
      expect([...(await lint(shown)), ...(await schemaErrors(shown))], text).toEqual([]);
    }
  });

  test("calls workflows and gives them inputs that exist", () => {
    const calls = [
      ...readme.matchAll(/uses: OWNER\/textmill\/\.github\/workflows\/(\S+)@v1\n(?: +with: \{ (.*) \})?/g),
    ];
    expect(calls.length).toBeGreaterThanOrEqual(3);
    for (const [, file = "", given = ""] of calls) {
      const inputs = Object.keys(readWorkflow(file).on.workflow_call?.inputs ?? {});
      const names = given
        .split(", ")
        .filter(Boolean)
        .map((one) => one.split(":")[0]);
      expect(inputs, file).toEqual(expect.arrayContaining(names));
    }
  });
});

/** Between the places where a message has something of its own. */
const fragments = (message: string) =>
  message
    .split("…")
    .map((part) => part.trim().replace(/[.:]$/, ""))
    .filter((part) => part.length > 3);

/** With the parts of a string that is written over several lines put together. */
function sourceText(): string {
  const files = ["action", "worker", "infra-scripts"].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(repository, folder, name), "utf8")),
  );
  return files.join("\n").replace(/["`]\s*\+\s*["`]/g, "");
}
