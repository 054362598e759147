import type { PageReading } from "../../worker/ocr-messages.ts";
import type { PageWords, QuarterTurn, TextLine } from "../../worker/words.ts";

export type RecognisedPage = Extract<PageReading, { outcome: "recognised" }>;

export async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

/** Lines of words, each word 20 pixels a letter wide and 40 high, on a page of 1,000 × 1,400 at 100 dots an inch. */
export function pageOfWords(page: number, lines: string[], turn: QuarterTurn = 0): RecognisedPage {
  return {
    page,
    outcome: "recognised",
    text: lines.map((line) => `${line}\n`).join(""),
    confidence: 91,
    words: {
      width: 1000,
      height: 1400,
      dotsPerInch: 100,
      turn,
      lines: lines.map(lineOf),
    } satisfies PageWords,
  };
}

function lineOf(line: string, index: number): TextLine {
  const top = 100 + index * 60;
  let left = 100;
  const words = line.split(" ").map((text) => {
    const box = { left, top, right: left + text.length * 20, bottom: top + 40 };
    left = box.right + 20;
    return { text, confidence: 90.123, box };
  });
  return { startsParagraph: index === 0, words };
}
