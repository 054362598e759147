import { describe, expect, it } from "vitest";
import { playSteps, type Step } from "../../infra-scripts/steps.ts";

const done: string[] = [];
const change = (thing: string): Step => ({
  thing,
  found: "not there",
  outcome: "to-change",
  change: "create",
  details: [`what of ${thing}`],
  carryOut: async () => void done.push(thing),
});
const fine: Step = { thing: "bucket scans", found: "in eu-west-1", outcome: "as-wanted" };
const refused: Step = { thing: "role x", found: "someone else's", outcome: "refused", refusal: "Rename it." };

async function play(steps: Step[], isConfirmed: boolean) {
  done.length = 0;
  const lines: string[] = [];
  const end = await playSteps(steps, isConfirmed, (line) => void lines.push(line));
  return { end, lines, done: [...done] };
}

describe("steps", () => {
  it("are shown in a table with their details, and not done", async () => {
    const { lines, ...rest } = await play([fine, change("role y")], false);
    expect(rest).toEqual({ end: "not confirmed", done: [] });
    expect(lines).toEqual([
      "  thing         now           to do",
      "  bucket scans  in eu-west-1  nothing",
      "  role y        not there     create",
      "",
      "role y:",
      "  what of role y",
      "",
    ]);
  });

  it("are done in their order when confirmed", async () => {
    expect(await play([change("a"), fine, change("b")], true)).toMatchObject({
      end: "done",
      done: ["a", "b"],
    });
  });

  it("are not done at all when one is refused", async () => {
    const { end, lines, done } = await play([change("a"), refused], true);
    expect({ end, done }).toEqual({ end: "refused", done: [] });
    expect(lines.at(-1)).toBe("error: Rename it.");
  });

  it("that are as wanted are nothing to do", async () => {
    expect(await play([fine], true)).toMatchObject({ end: "nothing to do" });
  });
});
