import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentFilter, InvalidPattern } from "../../../action/planning/documents.ts";
import { madeUpObject } from "../../support/made-up-store.ts";

function matches(key: string, include: string[], exclude: string[] = []): boolean {
  return documentFilter({ include, exclude })(madeUpObject(key));
}

const hostileKeys = [
  "a\nb.pdf",
  "a\r\n/b",
  "a\\b",
  "..",
  "./a",
  "a/../b",
  "/a",
  "a//b",
  "//",
  "a\u2028b",
  "\u{1f600}",
  ".hidden/.file",
  "[a](b){c}*?!+@|^$",
  " ",
];

describe("include", () => {
  test.each(hostileKeys)("** matches %j", (key) => {
    expect(matches(key, ["**"])).toBe(true);
    expect(matches(key, [])).toBe(true);
  });

  test("** matches whatever a key is", () => {
    const key = fc.string({
      unit: fc.constantFrom("a", ".", "/", "\\", "\n", "*", "[", "\u{1f600}"),
      minLength: 1,
    });
    fc.assert(fc.property(key, (name) => matches(name, ["**"]) && matches(name, [])));
  });

  test.each([
    ["*.pdf", "a.pdf", true],
    ["*.pdf", "scans/a.pdf", false],
    ["**/*.pdf", "a.pdf", true],
    ["**/*.pdf", "scans/2026/a.pdf", true],
    ["**/*.pdf", "scans/a.PDF", false],
    ["**/*.pdf", "a/../b\n.pdf", true],
    ["**/*.{jpg,png}", "a/b.png", true],
    ["*/a", "..\\b/a", true],
    ["a/*", "a\\b", false],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["scans/", "scans/2026/a.pdf", true],
    ["scans/", "scans-old/a.pdf", false],
    ["a (1).pdf", "a (1).pdf", true],
    ["a/../b", "a/../b", true],
  ])("%j and the key %j: %s", (pattern, key, expected) => {
    expect(matches(key, [pattern])).toBe(expected);
  });

  test("one matching pattern is enough", () => {
    expect(matches("a.png", ["*.pdf", "*.png"])).toBe(true);
  });
});

test("exclude wins over include", () => {
  expect(matches("drafts/a.pdf", ["**/*.pdf"], ["drafts/**"])).toBe(false);
  expect(matches("final/a.pdf", ["**/*.pdf"], ["drafts/**"])).toBe(true);
});

test.each(["[a", "a)", "{a", "[z-a]", "\\", "", "!a", "a".repeat(100_000)])(
  "refuses a pattern that cannot be understood and names it: %.20j",
  (pattern) => {
    const shown = JSON.stringify(pattern.slice(0, 200));
    for (const filters of [
      { include: [pattern], exclude: [] },
      { include: [], exclude: [pattern] },
    ]) {
      const compile = () => documentFilter(filters);
      expect(compile).toThrow(InvalidPattern);
      expect(compile).toThrow(`clude pattern ${shown} is not a valid glob: `);
    }
  },
);

describe("never documents", () => {
  test.each([
    ".textmill/runs/1/results.jsonl",
    ".textmill/settings.json",
    "text/.textmill/settings.json",
    "old/text/.textmill/runs/1/chunks/000000.jsonl",
  ])("Textmill's own file %s", (key) => {
    expect(matches(key, ["**"])).toBe(false);
  });

  test("a folder's marker", () => {
    const isDocument = documentFilter({ include: ["**"], exclude: [] });
    expect(isDocument(madeUpObject("scans/", { bytes: 0 }))).toBe(false);
    expect(isDocument(madeUpObject("scans/", { bytes: 1 }))).toBe(true);
    expect(isDocument(madeUpObject("scans", { bytes: 0 }))).toBe(true);
  });

  test.each(["a.textmill/b", ".textmill", ".textmills/a", "x.textmill"])("but %s is one", (key) => {
    expect(matches(key, ["**"])).toBe(true);
  });
});
