import type { GreyImage } from "../formats/page.ts";
import type { Reading, Recogniser } from "../ocr.ts";
import { textOfLines } from "../page-text.ts";
import type { Box, PageWords, QuarterTurn, TextLine } from "../words.ts";
import { cleanPage } from "./clean-page.ts";
import { type Direction, letterHeight, textDirection } from "./direction.ts";
import { glyphBoxes } from "./glyph-boxes.ts";
import { missedText } from "./missed-text.ts";
import { barelyLegible, recognisable } from "./recognisable.ts";
import { type Straightened, straighten } from "./straighten.ts";

export interface Recognition {
  text: string;
  /** Tesseract's mean over the words, 0 to 100. */
  confidence: number;
  words: PageWords;
  /** Whether the page was cleaned and read a second time, and which reading was the better one. */
  secondReading: "none" | "kept" | "dropped";
}

/** A page as it is given to Tesseract, and what came of it. */
interface Attempt {
  /** Before it was straightened. */
  image: GreyImage;
  direction: Direction;
  straight: Straightened;
  reading: Reading;
}

/** The text of a page and where it stands. Nothing is learnt from the pages before it. */
export async function recognisePage(recogniser: Recogniser, image: GreyImage): Promise<Recognition> {
  const sharp = recognisable(image);
  const letters = glyphBoxes(sharp);
  const direction = textDirection(letters);
  const small = barelyLegible(sharp, letterHeight(letters, direction));
  const first = await readUpright(recogniser, small, direction);
  const second = isDoubtful(sharp, first)
    ? await readTurned(recogniser, sharp, first.direction, cleanPage)
    : undefined;
  const isSecondBetter = second !== undefined && scoreOf(second.reading) > scoreOf(first.reading);
  const kept = isSecondBetter ? second : first;
  const { lines, confidence } = kept.reading;
  return {
    text: textOfLines(lines),
    confidence,
    words: {
      width: image.width,
      height: image.height,
      dotsPerInch: image.dotsPerInch,
      turn: ((360 - kept.direction.turn) % 360) as QuarterTurn,
      lines: linesOnPage(kept, image),
    },
    secondReading: second === undefined ? "none" : isSecondBetter ? "kept" : "dropped",
  };
}

/** Pixels may not tell which way up lines are; Tesseract's confidence does: below 40 upside down, 90 and more upright. */
async function readUpright(recogniser: Recogniser, image: GreyImage, direction: Direction): Promise<Attempt> {
  const attempt = await readTurned(recogniser, image, direction);
  const { lines, confidence } = attempt.reading;
  if (lines.length === 0 || confidence >= uprightConfidence) return attempt;
  const turn = ((direction.turn + 180) % 360) as Direction["turn"];
  const opposite = await readTurned(recogniser, image, { ...direction, turn });
  return scoreOf(opposite.reading) > scoreOf(attempt.reading) ? opposite : attempt;
}

const uprightConfidence = 60;

async function readTurned(
  recogniser: Recogniser,
  image: GreyImage,
  direction: Direction,
  prepare = (straight: GreyImage) => straight,
): Promise<Attempt> {
  const straight = straighten(image, direction);
  return { image, direction, straight, reading: await recogniser.read(prepare(straight.image)) };
}

/**
 * Whether a second reading of the cleaned page may find more: text was missed, or what was found is read so badly
 * that specks must be in the way. The figures lie far from both sides of the pages of the benchmark: at most 1% is missed
 * on good pages, and at least 35% on those where text was lost.
 */
function isDoubtful(sharp: GreyImage, { image, direction, reading }: Attempt): boolean {
  const { lines, confidence } = reading;
  if (lines.length > 0 && confidence < doubtfulConfidence) return true;
  const { share, spots } = missedText(straighten(sharp, direction).image, {
    lines,
    scale: image.width / sharp.width,
  });
  return share > doubtfulShare && spots >= doubtfulSpots;
}

const doubtfulConfidence = 80;
const doubtfulShare = 0.1;
const doubtfulSpots = 8;

/** How much was read and how well: letters, each weighted by the confidence in its word. */
function scoreOf({ lines }: Reading): number {
  let score = 0;
  for (const { words } of lines) for (const { text, confidence } of words) score += text.length * confidence;
  return score;
}

/** In pixels of the page's own image. */
function linesOnPage({ image, direction, straight, reading }: Attempt, page: GreyImage): TextLine[] {
  const [across, down] = [page.width / image.width, page.height / image.height];
  const onPage = ({ left, top, right, bottom }: Box): Box => {
    const [x, y] = straight.toPage((left + right) / 2, (top + bottom) / 2);
    const [length, size] = [(right - left) / 2, (bottom - top) / 2];
    const [halfWidth, halfHeight] = direction.turn % 180 === 0 ? [length, size] : [size, length];
    return {
      left: (x - halfWidth) * across,
      top: (y - halfHeight) * down,
      right: (x + halfWidth) * across,
      bottom: (y + halfHeight) * down,
    };
  };
  return reading.lines.map((line) => ({
    ...line,
    words: line.words.map((word) => ({ ...word, box: onPage(word.box) })),
  }));
}
