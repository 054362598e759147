/** README's tables of inputs and outputs, rendered from action.yml. `npx tsx test/support/readme.ts` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { repository } from "./program.ts";

interface Described {
  description?: string;
  default?: string;
}

export interface ActionFile {
  inputs: Record<string, Described>;
  outputs: Record<string, Described>;
}

export const readmePath = join(repository, "README.md");

export const readActionFile = () => load(readFileSync(join(repository, "action.yml"), "utf8")) as ActionFile;

/** The README's text with its tables as action.yml has them now. */
export function withTables(readme: string, { inputs, outputs }: ActionFile): string {
  const inputRows = Object.entries(inputs).map(
    ([name, { description = "", default: preset = "" }]) =>
      `| \`${name}\` | ${cell(description)} | ${preset === "" ? "" : `\`${preset}\``} |`,
  );
  const outputRows = Object.entries(outputs).map(
    ([name, { description = "" }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  const withInputs = replaced(readme, "inputs", [
    "| input | what it is | default |",
    "|---|---|---|",
    ...inputRows,
  ]);
  return replaced(withInputs, "outputs", ["| output | what it is |", "|---|---|", ...outputRows]);
}

const cell = (text: string) => text.trim().replaceAll("\n", " ").replaceAll("|", "\\|");

function replaced(readme: string, name: string, lines: string[]): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, rest] = readme.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`README.md lacks ${start} … ${end}.`);
  return `${before}${start}\n${lines.join("\n")}\n${end}${after}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(readmePath, withTables(readFileSync(readmePath, "utf8"), readActionFile()));
}
