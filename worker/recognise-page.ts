import type { GreyImage } from "./formats/page.ts";
import type { Recogniser } from "./ocr.ts";
import { textOfLines } from "./page-text.ts";
import { recognisable } from "./recognisable.ts";
import type { PageWords, TextLine } from "./words.ts";

export interface Recognition {
  text: string;
  /** Tesseract's mean over the words, 0 to 100. */
  confidence: number;
  words: PageWords;
}

/** The text of a page and where it stands. Nothing is learnt from the pages before it. */
export async function recognisePage(recogniser: Recogniser, image: GreyImage): Promise<Recognition> {
  const shrunk = recognisable(image);
  const { lines, confidence } = await recogniser.read(shrunk);
  return {
    text: textOfLines(lines),
    confidence,
    words: {
      width: image.width,
      height: image.height,
      dotsPerInch: image.dotsPerInch,
      turn: 0,
      lines: scaled(lines, image.width / shrunk.width, image.height / shrunk.height),
    },
  };
}

const scaled = (lines: TextLine[], across: number, down: number): TextLine[] =>
  lines.map((line) => ({
    ...line,
    words: line.words.map((word) => ({
      ...word,
      box: {
        left: word.box.left * across,
        top: word.box.top * down,
        right: word.box.right * across,
        bottom: word.box.bottom * down,
      },
    })),
  }));
