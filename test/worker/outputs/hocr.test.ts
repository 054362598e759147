import { Parser } from "htmlparser2";
import { describe, expect, test } from "vitest";
import type { PageReading } from "../../../worker/ocr-messages.ts";
import { hocrOf } from "../../../worker/outputs/hocr.ts";
import { joined, pageOfWords } from "../../support/made-up-pages.ts";

const hocr = (pages: PageReading[], key = "a.png") =>
  joined(hocrOf({ key, format: "png", languages: ["eng"] }, pages));

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Every element of the XML with the text directly in it; throws where the elements do not nest. */
function elementsOf(xml: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = { name, attributes, text: "" };
        elements.push(element);
        open.push(element);
      },
      ontext(text) {
        const element = open.at(-1);
        if (element) element.text += text;
      },
      onclosetag(name, isImplied) {
        if (isImplied && open.length > 0 && !["meta"].includes(name))
          throw new Error(`${name} is not closed`);
        expect(open.pop()?.name).toBe(name);
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return elements;
}

const ofClass = (xml: string, name: string) =>
  elementsOf(xml).filter(({ attributes }) => attributes.class === name);

describe("hOCR", () => {
  test("has pages, paragraphs, lines and words, each with its box", async () => {
    const xml = await hocr([pageOfWords(1, ["Two words", "below"])]);
    expect(ofClass(xml, "ocr_page").map(({ attributes }) => attributes.title)).toEqual([
      "bbox 0 0 1000 1400; ppageno 0; scan_res 100 100",
    ]);
    expect(ofClass(xml, "ocr_par")).toHaveLength(1);
    expect(ofClass(xml, "ocr_line").map(({ attributes }) => attributes.title)).toEqual([
      "bbox 100 100 280 140",
      "bbox 100 160 200 200",
    ]);
    expect(ofClass(xml, "ocrx_word").map(({ text, attributes }) => [text, attributes.title])).toEqual([
      ["Two", "bbox 100 100 160 140; x_wconf 90"],
      ["words", "bbox 180 100 280 140; x_wconf 90"],
      ["below", "bbox 100 160 200 200; x_wconf 90"],
    ]);
  });

  test("gives every element its own id", async () => {
    const xml = await hocr([pageOfWords(1, ["a b", "c"]), pageOfWords(2, ["a b"])]);
    const ids = elementsOf(xml).flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(2 + 2 + 3 + 5);
  });

  test("says which way turned lines run", async () => {
    const xml = await hocr([pageOfWords(1, ["up"], 90)]);
    expect(ofClass(xml, "ocr_line")[0]?.attributes.title).toMatch(/; textangle 90$/);
  });

  test("has real text without boxes, nothing of a page that failed, and a place for each", async () => {
    const xml = await hocr([
      { page: 1, outcome: "text", isEarlierOcr: false, text: "one <two>\nthree\n" },
      { page: 2, outcome: "failed", reason: "timeout", message: "late" },
    ]);
    const pages = ofClass(xml, "ocr_page");
    expect(pages.map(({ attributes }) => attributes.title)).toEqual(["ppageno 0", "ppageno 1"]);
    expect(ofClass(xml, "ocr_par").map(({ text }) => text)).toEqual(["one <two>\nthree"]);
  });

  test.each([
    ["markup", `</span></script><b a="'">&amp;`, `</span></script><b a="'">&amp;`],
    ["controls", "a\u0000\u0007\u001b\fb", "a\ufffd\ufffd\ufffd\ufffdb"],
    ["halves of surrogate pairs", "a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["what is no character", "a\uffff\ufffe", "a\ufffd\ufffd"],
    ["characters beyond the basic plane", "\u{1f4dc}\u{20000}", "\u{1f4dc}\u{20000}"],
    ["right-to-left scripts", "שלום عالم", "שלום عالم"],
  ])("keeps %s from breaking it", async (_, hostile, shown) => {
    const page = pageOfWords(1, ["word"]);
    for (const line of page.words.lines) for (const word of line.words) word.text = hostile;
    const xml = await hocr([page], hostile);
    expect(ofClass(xml, "ocrx_word").map(({ text }) => text)).toEqual([shown]);
    expect(elementsOf(xml).find(({ name }) => name === "title")?.text).toBe(shown);
  });
});
