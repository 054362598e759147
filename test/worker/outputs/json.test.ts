import { describe, expect, test } from "vitest";
import type { PageReading } from "../../../worker/ocr-messages.ts";
import { jsonOf } from "../../../worker/outputs/json.ts";
import { joined, pageOfWords } from "../../support/made-up-pages.ts";

const json = (pages: PageReading[], key = "a.pdf") =>
  joined(jsonOf({ key, format: "pdf", languages: ["eng", "rus"] }, pages));

describe("JSON", () => {
  test("names the document and its languages", async () => {
    expect(JSON.parse(await json([]))).toEqual({
      version: 1,
      document: "a.pdf",
      format: "pdf",
      languages: ["eng", "rus"],
      pages: [],
    });
  });

  test("has the words of a recognised page with confidence and box", async () => {
    const { pages } = JSON.parse(await json([pageOfWords(1, ["Two words"], 180)]));
    expect(pages).toEqual([
      {
        page: 1,
        outcome: "recognised",
        text: "Two words",
        confidence: 91,
        width: 1000,
        height: 1400,
        dotsPerInch: 100,
        turn: 180,
        lines: [
          {
            words: [
              { text: "Two", confidence: 90.1, box: [100, 100, 160, 140] },
              { text: "words", confidence: 90.1, box: [180, 100, 280, 140] },
            ],
          },
        ],
      },
    ]);
  });

  test("tells of real text and of pages that failed", async () => {
    const failed: PageReading = { page: 2, outcome: "failed", reason: "timeout", message: "late" };
    const { pages } = JSON.parse(
      await json([{ page: 1, outcome: "text", isEarlierOcr: false, text: "typed\n\n" }, failed]),
    );
    expect(pages).toEqual([{ page: 1, outcome: "text", isEarlierOcr: false, text: "typed" }, failed]);
  });

  test("says nothing of a resolution that is not known", async () => {
    const page = pageOfWords(1, ["word"]);
    page.words.dotsPerInch = undefined;
    expect(JSON.parse(await json([page])).pages[0].dotsPerInch).toBeNull();
  });

  test("keeps hostile keys and words whole", async () => {
    const hostile = `</script>"\\\n\u0000\u2028שלום\u{1f4dc}`;
    const page = pageOfWords(1, ["word"]);
    for (const line of page.words.lines) for (const word of line.words) word.text = hostile;
    const parsed = JSON.parse(await json([page], hostile));
    expect([parsed.document, parsed.pages[0].lines[0].words[0].text]).toEqual([hostile, hostile]);
  });
});
