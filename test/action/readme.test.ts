import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inputTable } from "../../action/inputs.ts";
import { readActionFile, readmePath, withTables } from "../support/readme.ts";

const actionFile = readActionFile();

test("README's tables are those of action.yml", () => {
  const readme = readFileSync(readmePath, "utf8");
  expect(withTables(readme, actionFile)).toBe(readme);
});

test("every input and output is described", () => {
  for (const [name, { description = "" }] of Object.entries({
    ...actionFile.inputs,
    ...actionFile.outputs,
  })) {
    expect(description.trim().length, name).toBeGreaterThan(20);
  }
});

test("the terminal has the action's inputs, in the same order and with the same defaults", () => {
  const ofAction = Object.entries(actionFile.inputs).map(([name, input]) => ({
    name,
    default: input.default ?? "",
  }));
  expect(inputTable.map((row) => ({ name: row.name, default: row.default }))).toEqual(ofAction);
});
