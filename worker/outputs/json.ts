import type { PageReading } from "../ocr-messages.ts";
import type { PageWords, TextLine } from "../words.ts";
import type { OutputDocument, PageReadings } from "./source.ts";

/** One JSON object, one line a page, so that a long document can be read line by line too. */
export async function* jsonOf(document: OutputDocument, pages: PageReadings): AsyncGenerator<string> {
  const { key, format, languages } = document;
  const head = JSON.stringify({ version: 1, document: key, format, languages });
  yield `${head.slice(0, -1)},"pages":[`;
  let separator = "\n";
  for await (const page of pages) {
    yield separator + JSON.stringify(pageOf(page));
    separator = ",\n";
  }
  yield "\n]}\n";
}

function pageOf(reading: PageReading) {
  if (reading.outcome === "failed") return reading;
  const { page, outcome } = reading;
  const text = reading.text.trimEnd();
  if (reading.outcome === "text") return { page, outcome, isEarlierOcr: reading.isEarlierOcr, text };
  return { page, outcome, text, confidence: reading.confidence, ...imageOf(reading.words) };
}

/** Sizes and boxes are in pixels of the page's image, a box is left, top, right, bottom. */
const imageOf = ({ width, height, dotsPerInch, turn, lines }: PageWords) => ({
  width,
  height,
  dotsPerInch: dotsPerInch === undefined ? null : tenths(dotsPerInch),
  turn,
  lines: lines.map(lineOf),
});

const lineOf = ({ words }: TextLine) => ({
  words: words.map(({ text, confidence, box }) => ({
    text,
    confidence: tenths(confidence),
    box: [box.left, box.top, box.right, box.bottom].map(Math.round),
  })),
});

const tenths = (number: number) => Math.round(number * 10) / 10;
