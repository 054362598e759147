import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { inputTable } from "../../action/input-table.ts";
import { type ActionFile, readActionFile, readmePath, withTables } from "../support/readme.ts";

const action = readActionFile();

describe("action.yml", () => {
  test("has the inputs of the program, with the same defaults and in the same order", () => {
    const inputs = Object.entries(action.inputs).map(([name, input]) => ({
      name,
      default: input.default ?? "",
    }));
    expect(inputs).toEqual(inputTable.map((row) => ({ name: row.name, default: row.default })));
  });
});

describe("the table for a terminal", () => {
  test("describes each input in one short line", () => {
    for (const { description } of inputTable) expect(description).toMatch(/^[^\n]{10,70}$/);
  });
});

describe("README.md", () => {
  test("has the tables that action.yml makes", () => {
    const readme = readFileSync(readmePath, "utf8");
    expect(readme, "run: npx tsx test/support/readme.ts").toBe(withTables(readme, action));
  });

  const made: ActionFile = {
    inputs: {
      a: { description: "one | two\nthree", default: "x" },
      b: { description: "b", required: true },
      c: { description: "c", default: "" },
    },
    outputs: { d: { description: "d\n" } },
  };
  const empty =
    "# T\n<!-- inputs:start -->\nold\n<!-- inputs:end -->\n<!-- outputs:start --><!-- outputs:end -->\nend\n";

  test("is changed between the markers only", () => {
    expect(withTables(empty, made)).toBe(`# T
<!-- inputs:start -->
| input | what it is | default |
|---|---|---|
| \`a\` | one \\| two three | \`x\` |
| \`b\` | b | required |
| \`c\` | c |  |
<!-- inputs:end -->
<!-- outputs:start -->
| output | what it is |
|---|---|
| \`d\` | d |
<!-- outputs:end -->
end
`);
  });

  test("stays as it is when it is rendered again", () => {
    const once = withTables(empty, made);
    expect(withTables(once, made)).toBe(once);
  });

  test.each(["inputs:start", "inputs:end", "outputs:start", "outputs:end"])(
    "needs the marker %s",
    (marker) => {
      const name = marker.split(":")[0] ?? "";
      expect(() => withTables(empty.replace(`<!-- ${marker} -->`, ""), made)).toThrow(
        `README.md lacks <!-- ${name}:start -->`,
      );
    },
  );

  test.each([{ description: "" }, { description: " \n" }, {}])("needs a description: %j", (described) => {
    expect(() => withTables(empty, { ...made, outputs: { d: described } })).toThrow("no description of d");
  });
});
