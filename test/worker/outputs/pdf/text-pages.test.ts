import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { composed } from "../../../support/composed.ts";
import { pagesOfPdf } from "../../../support/pdf-words.ts";

const a4 = { width: 595, height: 842 };

/** The pages of the PDF that is made of a text. */
const pagesOf = async (text: string) =>
  pagesOfPdf(
    await composed(Buffer.from("text"), [{ page: 1, outcome: "text", text, isEarlierOcr: false }]),
    a4,
  );

const textOf = async (text: string) => (await pagesOf(text)).map((page) => page.text).join(" ");

const folded = (text: string) => text.replace(/\s+/g, " ").trim();
const isDark = (value: number) => value < 100;

describe("Real text that is set in pages", () => {
  test.each([
    ["Latin", "It’s “quoted” – once… Ångström, naïveté, Łódź, €5"],
    ["Cyrillic", "Съешь ещё этих мягких французских булок, ѣ"],
    ["Greek", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία"],
    ["Vietnamese", "Tiếng Việt thật đẹp"],
  ])("is shown and found: %s", async (_, text) => {
    const [page] = await pagesOf(text);
    expect(page?.text).toBe(text);
    expect(page?.pixels.filter(isDark).length).toBeGreaterThan(text.length * 10);
  });

  test.each([
    ["Chinese", "我能吞下玻璃而不伤身体"],
    ["Hebrew", "דג סקרן שט בים מאוכזב"],
    ["Arabic", "نص حكيم له سر قاطع"],
    ["beyond the basic plane", "a \u{20000}\u{1f4dc} b"],
    ["Thai", "เป็นมนุษย์"],
  ])("is found and framed where the fonts lack its script: %s", async (_, text) => {
    const [page] = await pagesOf(text);
    expect(page?.text).toBe(text);
    // The frame is light grey.
    expect(page?.pixels.some((value) => value > 100 && value < 240)).toBe(true);
  });

  test("is broken between words, and within one that no line holds", async () => {
    const text = `${"word ".repeat(60)}${"x".repeat(300)} end`;
    const [page] = await pagesOf(text);
    expect(page?.words.every(({ box }) => box.left >= 50 && box.right <= 545)).toBe(true);
    expect(page?.text.replace(/(?<=x) (?=x)/g, "")).toBe(folded(text));
  });

  test("keeps its lines, empty ones too, and what leads them", async () => {
    const [page] = await pagesOf("first\n\n    third\n\tfourth");
    const [first, third, fourth] = page?.words ?? [];
    expect((third?.box.top ?? 0) - (first?.box.top ?? 0)).toBeGreaterThan(24);
    expect((third?.box.left ?? 0) - (first?.box.left ?? 0)).toBeGreaterThan(4);
    expect(fourth?.box.left).toBe(third?.box.left);
  });

  test("goes on on the next page", async () => {
    const pages = await pagesOf(Array.from({ length: 120 }, (_, line) => `line ${line}`).join("\n"));
    expect(pages.map(({ words }) => words.length / 2)).toEqual([52, 52, 16]);
    expect(pages[1]?.text.startsWith("line 52 ")).toBe(true);
    expect(pages.every(({ words }) => words.every(({ box }) => box.bottom < 842 - 40))).toBe(true);
  });

  test("is one empty page where there is none", async () => {
    expect((await pagesOf("")).map(({ text }) => text)).toEqual([""]);
  });

  test("comes back whole whatever it is of Latin, Cyrillic and Greek", async () => {
    const letter = fc.constantFrom(..."abcxyzABCäéñøßžабвгЯёαβγΩ0189.,:;!?()<>&\"'/\\-");
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 40 }), async (words) => {
        // PDFium takes a hyphen at the end of a line for one that breaks a word.
        const text = words.join(" ").replace(/-(?= |$)/g, "");
        expect(folded(await textOf(text))).toBe(folded(text));
      }),
      { numRuns: 30 },
    );
  });
});
