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

/** A page as it was read. */
interface Attempt {
  direction: Direction;
  straight: Straightened;
  /** Boxes are in pixels of the straightened page. */
  reading: Reading;
}

/** What Tesseract is given of the straightened page. */
type Prepare = (straight: GreyImage) => GreyImage;

/** The text of a page and where it stands. Nothing is learnt from the pages before it. */
export async function recognisePage(recogniser: Recogniser, image: GreyImage): Promise<Recognition> {
  const sharp = recognisable(image);
  const letters = glyphBoxes(sharp);
  const direction = textDirection(letters);
  const asSmall: Prepare = (straight) =>
    letters.count < fewLetters ? straight : barelyLegible(straight, letterHeight(letters, direction));
  const first = await readUpright(recogniser, sharp, direction, asSmall);
  const second = isDoubtful(first)
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
      lines: linesOnPage(kept, sharp, image),
    },
    secondReading: second === undefined ? "none" : isSecondBetter ? "kept" : "dropped",
  };
}

/** A label of some lines takes little time as sharp as it is, and each letter counts. */
const fewLetters = 250;

/** Pixels may not tell which way up lines are; Tesseract's confidence does: below 40 upside down, 90 and more upright. */
async function readUpright(
  recogniser: Recogniser,
  sharp: GreyImage,
  direction: Direction,
  prepare: Prepare,
): Promise<Attempt> {
  const attempt = await readTurned(recogniser, sharp, direction, prepare);
  const { lines, confidence } = attempt.reading;
  if (lines.length === 0 || confidence >= uprightConfidence) return attempt;
  const turn = ((direction.turn + 180) % 360) as Direction["turn"];
  const opposite = await readTurned(recogniser, sharp, { ...direction, turn }, prepare);
  return scoreOf(opposite.reading) > scoreOf(attempt.reading) ? opposite : attempt;
}

const uprightConfidence = 60;

async function readTurned(
  recogniser: Recogniser,
  sharp: GreyImage,
  direction: Direction,
  prepare: Prepare,
): Promise<Attempt> {
  const straight = straighten(sharp, direction);
  const prepared = prepare(straight.image);
  const { lines, confidence } = await recogniser.read(prepared);
  const [across, down] = [straight.image.width / prepared.width, straight.image.height / prepared.height];
  return {
    direction,
    straight,
    reading: { lines: withBoxes(lines, (box) => stretched(box, across, down)), confidence },
  };
}

function withBoxes(lines: TextLine[], change: (box: Box) => Box): TextLine[] {
  return lines.map((line) => ({
    ...line,
    words: line.words.map((word) => ({ ...word, box: change(word.box) })),
  }));
}

const stretched = ({ left, top, right, bottom }: Box, across: number, down: number): Box => ({
  left: left * across,
  top: top * down,
  right: right * across,
  bottom: bottom * down,
});

/**
 * Whether a second reading of the cleaned page may find more: text was missed, or what was found is read so badly
 * that specks must be in the way. The figures lie far from both sides of the pages of the benchmark: at most 1% is missed
 * on good pages, and at least 35% on those where text was lost.
 */
function isDoubtful({ straight, reading }: Attempt): boolean {
  const { lines, confidence } = reading;
  if (lines.length > 0 && confidence < doubtfulConfidence) return true;
  const { share, spots } = missedText(straight.image, lines);
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
function linesOnPage(
  { direction, straight, reading }: Attempt,
  sharp: GreyImage,
  page: GreyImage,
): TextLine[] {
  return withBoxes(reading.lines, ({ left, top, right, bottom }) => {
    const [x, y] = straight.toPage((left + right) / 2, (top + bottom) / 2);
    const [length, size] = [(right - left) / 2, (bottom - top) / 2];
    const [halfWidth, halfHeight] = direction.turn % 180 === 0 ? [length, size] : [size, length];
    const box = { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
    return stretched(box, page.width / sharp.width, page.height / sharp.height);
  });
}
