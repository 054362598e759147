import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extentOf } from "../../../../worker/outputs/pdf/letter-extents.ts";
import { setLines } from "../../../../worker/outputs/pdf/set-lines.ts";
import type { TextLine } from "../../../../worker/words.ts";

/** A line as Tesseract boxes it: around the letters of each word, on a baseline that falls by `slope`. */
function lineOf(
  text: string,
  at: { baseline: number; size: number; slope?: number; gap?: number },
): TextLine {
  const { baseline, size, slope = 0, gap = 0.4 } = at;
  let left = 100;
  const words = text.split(" ").map((word) => {
    const { above, below } = extentOf(word) ?? { above: 0.4, below: -0.2 };
    const right = left + word.length * size * 0.5;
    const fall = ((left + right) / 2) * slope;
    const box = { left, top: baseline + fall - above * size, right, bottom: baseline + fall + below * size };
    left = right + gap * size;
    return { text: word, confidence: 90, box };
  });
  return { startsParagraph: false, words };
}

const baselinesOf = (line: { words: { baseline: number }[] } | undefined) =>
  line?.words.map(({ baseline }) => Math.round(baseline));

describe("The words of a line", () => {
  test.each([
    ["Latin", "one grey apple, Quite so"],
    ["Cyrillic", "съешь ещё этих французских булок"],
    ["Greek", "ξεσκεπάζω την ψυχοφθόρα"],
    ["accented", "été où Ärger noël"],
    ["Chinese", "你 好 世 界"],
    ["with a dash", "this - that"],
  ])("stand on one baseline in one size, whatever their letters: %s", (_, text) => {
    const [line] = setLines([lineOf(text, { baseline: 500, size: 40 })]);
    expect(new Set(baselinesOf(line)).size).toBe(1);
    expect(line?.size).toBeCloseTo(40, 0);
  });

  test("keep where they begin and end", () => {
    const line = lineOf("as wide as they are", { baseline: 500, size: 40 });
    const [set] = setLines([line]);
    expect(set?.words.map(({ left, right }) => [left, right])).toEqual(
      line.words.map(({ box }) => [box.left, box.right]),
    );
  });

  test("are brought together where a typewriter parts them, not where columns are", () => {
    const gaps = (gap: number) => {
      const [line] = setLines([lineOf("two words", { baseline: 500, size: 40, gap })]);
      const [first, second] = line?.words ?? [];
      return ((second?.left ?? 0) - (first?.right ?? 0)) / 40;
    };
    expect(gaps(0.4)).toBeCloseTo(0.4);
    expect(gaps(1.1)).toBeCloseTo(0.6);
    expect(gaps(3)).toBeCloseTo(3);
  });

  test("are parted where their boxes overlap", () => {
    const [line] = setLines([lineOf("Shelf four", { baseline: 500, size: 40, gap: -0.3 })]);
    const [first, second] = line?.words ?? [];
    expect((second?.left ?? 0) - (first?.right ?? 0)).toBeGreaterThan(0.1 * 40);
  });

  test("of Chinese are not", () => {
    const [line] = setLines([lineOf("你 好", { baseline: 500, size: 40, gap: 0 })]);
    expect(line?.words[0]?.right).toBe(line?.words[1]?.left);
  });
});

describe("Lines", () => {
  test("that differ little have one size, a title has its own", () => {
    const sizes = [40, 42, 38, 41, 80].map((size, index) =>
      lineOf("Some type here", { baseline: 100 * index, size }),
    );
    const [first, second, third, fourth, title] = setLines(sizes).map(({ size }) => size);
    expect(new Set([first, second, third, fourth]).size).toBe(1);
    expect(title).toBeGreaterThan(70);
  });

  test("that slope a little become level", () => {
    const lines = [0, 1, 2].map((index) =>
      lineOf("a line of some words here", { baseline: 200 + 60 * index, size: 40, slope: 0.015 }),
    );
    for (const line of setLines(lines)) expect(new Set(baselinesOf(line)).size).toBe(1);
  });

  test("that slope much go down with their words, by a fifth of the size at most beside them", () => {
    const slope = 0.08;
    const lines = [0, 1, 2].map((index) =>
      lineOf("a line of some words that is long here", { baseline: 200 + 60 * index, size: 40, slope }),
    );
    setLines(lines).forEach((line, index) => {
      for (const { baseline, left, right } of line.words) {
        const own = 200 + 60 * index + ((left + right) / 2) * slope;
        expect(Math.abs(baseline - own)).toBeLessThan(0.2 * 40 + 1);
      }
    });
  });

  test("are set in finite numbers wherever their boxes are", () => {
    const side = fc.integer({ min: -10, max: 5000 });
    const word = fc.record({
      text: fc.string({ unit: "grapheme", minLength: 1 }),
      confidence: fc.constant(50),
      box: fc.record({ left: side, top: side, right: side, bottom: side }),
    });
    const line = fc.record({
      startsParagraph: fc.boolean(),
      words: fc.array(word, { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        for (const { size, words } of setLines(lines)) {
          expect(size).toBeGreaterThan(0);
          for (const { left, right, baseline } of words) {
            expect(right).toBeGreaterThan(left);
            expect(Number.isFinite(left + right + baseline + size)).toBe(true);
          }
        }
      }),
    );
  });
});
