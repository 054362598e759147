/** README's tables of inputs and outputs, rendered from action.yml. `npx tsx test/support/readme.ts` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { repository } from "./program.ts";

interface Described {
  description?: string;
  default?: string;
  required?: boolean;
}

export interface ActionFile {
  inputs: Record<string, Described>;
  outputs: Record<string, Described>;
}

export const readmePath = join(repository, "README.md");

export const readActionFile = () => load(readFileSync(join(repository, "action.yml"), "utf8")) as ActionFile;

/** The README's text with its tables as action.yml has them now. Throws when a marker or a description is missing. */
export function withTables(readme: string, { inputs, outputs }: ActionFile): string {
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    descriptionOf(name, input),
    input.required ? "required" : input.default ? code(input.default) : "",
  ]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [
    code(name),
    descriptionOf(name, output),
  ]);
  const withInputs = replaced(readme, "inputs", table(["input", "what it is", "default"], inputRows));
  return replaced(withInputs, "outputs", table(["output", "what it is"], outputRows));
}

const code = (text: string) => `\`${text}\``;

function descriptionOf(name: string, { description = "" }: Described): string {
  const line = description.trim().replace(/\s+/g, " ");
  if (line === "") throw new Error(`action.yml has no description of ${name}.`);
  return line;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

function replaced(readme: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from === -1 || to < from) throw new Error(`README.md lacks ${start} … ${end}.`);
  return `${readme.slice(0, from + start.length)}\n${content}\n${readme.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(readmePath, withTables(readFileSync(readmePath, "utf8"), readActionFile()));
}
