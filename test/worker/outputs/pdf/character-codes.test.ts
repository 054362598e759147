import { describe, expect, test } from "vitest";
import { characterCodes } from "../../../../worker/outputs/pdf/character-codes.ts";

describe("Character codes", () => {
  test("of the basic plane are those of Unicode, with a range for each upper byte", () => {
    const codes = characterCodes();
    expect(codes.hexOf("aД你")).toBe("006104144F60");
    const cmap = codes.toUnicode();
    expect(cmap).toContain(
      "3 beginbfrange\n<0000> <00FF> <0000>\n<0400> <04FF> <0400>\n<4F00> <4FFF> <4F00>\nendbfrange",
    );
    expect(cmap).not.toContain("bfchar");
  });

  test("beyond it are given out in turn and stand for two units", () => {
    const codes = characterCodes();
    expect(codes.hexOf("\u{1f4dc}\u{20000}\u{1f4dc}")).toBe("D800D801D800");
    expect(codes.toUnicode()).toContain("2 beginbfchar\n<D800> <D83DDCDC>\n<D801> <D840DC00>\nendbfchar");
  });

  test("of what is no character are those of the replacement character", () => {
    expect(characterCodes().hexOf("\ud800")).toBe("FFFD");
  });

  test("stay within what a section may hold and what a code can say", () => {
    const codes = characterCodes();
    const beyond = Array.from({ length: 3000 }, (_, index) => String.fromCodePoint(0x20000 + index)).join("");
    expect(
      codes
        .hexOf(beyond)
        .match(/..../g)
        ?.filter((code) => code === "FFFD"),
    ).toHaveLength(3000 - 2048);
    const sizes = [...codes.toUnicode().matchAll(/(\d+) beginbf(?:char|range)/g)].map(([, size]) =>
      Number(size),
    );
    expect(Math.max(...sizes)).toBe(100);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2048 + 1);
  });
});
