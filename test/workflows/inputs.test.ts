import { describe, expect, test } from "vitest";
import { readInputs } from "../../action/inputs.ts";
import { outputFormats } from "../../worker/contract.ts";
import { readWorkflow } from "../support/workflows.ts";

const machine = { cores: 2, region: "eu-central-1" };
const usable = {
  engine: "batch",
  source: "s3://scans/",
  destination: "s3://texts/",
  "run-id": "one",
};

/** What a step would pass on: `run` starts with `submit`, the other commands are those of the action. */
const asStep = (name: string, value: string) =>
  readInputs(
    { ...usable, command: "submit", [name]: name === "command" && value === "run" ? "submit" : value },
    machine,
  );

describe.each(["ocr.yml", "ocr-local.yml", "report.yml"])("%s", (file) => {
  const { workflow_dispatch: dispatch, workflow_call: call } = readWorkflow(file).on;
  const inputs = Object.entries(dispatch?.inputs ?? {});

  test("asks for the same, with the same defaults, by hand and from another workflow", () => {
    const defaultsOf = (inputs = {}) =>
      Object.entries<{ default?: unknown }>(inputs).map(([name, input]) => [name, input.default]);
    expect(defaultsOf(call?.inputs)).toEqual(defaultsOf(dispatch?.inputs));
    expect(inputs.length).toBeGreaterThan(0);
    expect(inputs.length).toBeLessThanOrEqual(15);
  });

  test("describes each input in one line", () => {
    for (const [name, { description }] of inputs) expect(description, name).toMatch(/^[^\n]{10,140}$/);
  });

  test("offers choices that the program takes", () => {
    const choices = inputs.flatMap(([name, { options = [] }]) =>
      options.map((option) => [name, option] as const),
    );
    for (const [name, option] of choices)
      expect(asStep(name, option), `${name} ${option}`).toMatchObject({ ok: true });
  });
});

test.each(["ocr.yml", "ocr-local.yml"])("%s offers every output", (file) => {
  const options = readWorkflow(file).on.workflow_dispatch?.inputs.outputs?.options ?? [];
  expect(new Set(options.flatMap((option) => option.split(",")))).toEqual(new Set(outputFormats));
});
