/** The inputs as a terminal gives them. */
import { parseArgs } from "node:util";
import { inputTable } from "./input-table.ts";

/** `--name value`, `--name=value`, and `--name` alone for "true". Names are not checked here. */
export function inputsOfArguments(args: string[]): Record<string, string> {
  const { tokens } = parseArgs({
    args: args.flatMap(withExplicitTrue),
    options: Object.fromEntries(inputTable.map(({ name }) => [name, { type: "string" as const }])),
    strict: false,
    tokens: true,
  });
  const inputs: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "option") inputs[token.name] = token.value ?? "true";
    // Most likely an unquoted name with a space in it: refused by that name.
    if (token.kind === "positional") inputs[token.value] = "";
  }
  return inputs;
}

const switches = inputTable
  .filter((row) => row.default === "true" || row.default === "false")
  .map(({ name }) => `--${name}`);

function withExplicitTrue(argument: string, index: number, all: string[]): string[] {
  const isAlone = switches.includes(argument) && all[index + 1] !== "true" && all[index + 1] !== "false";
  return [isAlone ? `${argument}=true` : argument];
}

export function usage(): string {
  const width = Math.max(...inputTable.map(({ name }) => name.length));
  const lines = inputTable.map((row) => {
    const preset = row.default === "" ? "" : ` (default ${row.default})`;
    return `  --${row.name.padEnd(width)}  ${row.description}${preset}`;
  });
  return `Turns a folder or a bucket of scanned documents into text.\n\nnpm start -- --source FOLDER --destination FOLDER\n\n${lines.join("\n")}\n`;
}
