import { describe, expect, it } from "vitest";
import { ContractError, parseAttempts, parseLeftOver } from "../../worker/run-files.ts";

const first = '{"type":"attempt","version":1,"attempt":1}';
const second = '{"type":"attempt","version":1,"attempt":2}';
const document = '{"type":"document","key":"a"}';

describe("the attempts at the beginning of a results file", () => {
  it.each([
    ["before its documents", `${first}\n${second}\n${document}\n`, false, [1, 2]],
    ["before a document that is cut off", `${first}\n${document}\n{"type":"docu`, false, [1]],
    ["all of a whole file", `${first}\n${second}\n`, true, [1, 2]],
    ["none of an empty file", "", true, []],
  ])("are %s", (_, head, isWhole, attempts) => {
    expect(parseAttempts(head, "results", isWhole)?.map(({ attempt }) => attempt)).toEqual(attempts);
  });

  it.each([
    ["is nothing", ""],
    ["ends in the midst of one", `${first}\n${second.slice(0, 20)}`],
    ["ends after one", `${first}\n`],
    ["ends before a line break", first],
    ["ends in the midst of a document that may be an attempt", `${first}\n{"ty`],
  ])("are unknown when what was read %s", (_, head) => {
    expect(parseAttempts(head, "results", false)).toBeUndefined();
  });

  it("of another version are refused by the name of the file", () => {
    expect(() => parseAttempts('{"type":"attempt","version":2}\n', "s3://x/results", true)).toThrow(
      /s3:\/\/x\/results has version 2/,
    );
  });

  it("that are damaged are refused", () => {
    expect(() => parseAttempts('{"type":"attempt",\n', "results", false)).toThrow(ContractError);
  });
});

describe("the list of left-over chunks", () => {
  it("is read in its order", () => {
    expect(parseLeftOver('{"version":1,"chunks":[2,7,10001]}\n', "left-over")).toEqual([2, 7, 10_001]);
  });

  it.each([
    '{"version":1}',
    '{"version":1,"chunks":"2"}',
    '{"version":1,"chunks":[1.5]}',
    '{"version":1,"chunks":["1"]}',
    '{"version":1,"chunks":[null]}',
    '{"version":1,"chunks":[-1]}',
    '{"version":2,"chunks":[1]}',
    "[1]",
    "",
  ])("is refused when it is %s", (text) => {
    expect(() => parseLeftOver(text, "left-over.json")).toThrow(ContractError);
    expect(() => parseLeftOver(text, "left-over.json")).toThrow(/left-over\.json/);
  });
});
