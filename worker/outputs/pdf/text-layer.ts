import { isSpaced } from "../../page-text.ts";
import type { Box, PageWords, QuarterTurn, TextLine } from "../../words.ts";
import type { CharacterCodes } from "./character-codes.ts";
import { glyphAdvance } from "./glyphless-font.ts";
import { compose, type Matrix, type Size, uprightToImage } from "./matrix.ts";
import { numerals } from "./numerals.ts";
import { type SetLine, setLines } from "./set-lines.ts";
import { visualOrder } from "./visual-order.ts";

/**
 * The operators that put a page's words where they stand on its image, unseen (render mode 3). `toPage` takes pixels of
 * the image to the page's user space; `font` is the glyphless font's name in the page's resources.
 */
export function textLayer(words: PageWords, toPage: Matrix, codes: CharacterCodes, font: string): string {
  const matrix = compose(uprightToImage(words, words.turn), toPage);
  const lines = words.lines
    .map((line) => withoutUnreadable(uprightLine(line, words, words.turn)))
    .filter((line) => line.words.length > 0);
  const operators = setLines(lines).map((line) => lineOperators(line, matrix, codes, font));
  return operators.length === 0 ? "" : `q BT 3 Tr\n${operators.join("")}ET Q\n`;
}

function lineOperators(
  { size: pixels, words }: SetLine,
  [a, b, c, d, e, f]: Matrix,
  codes: CharacterCodes,
  font: string,
): string {
  const [across, up] = [Math.hypot(a, b), Math.hypot(c, d)];
  const direction = numerals(a / across, b / across, -c / up, -d / up);
  const size = pixels * up;
  const stretched = (text: string, width: number) => {
    const natural = ([...text].length * glyphAdvance * size) / 1000;
    return `${numerals((100 * width * across) / natural)} Tz <${codes.hexOf(text)}> Tj`;
  };
  const operators = words.map((word, index) => {
    const at = numerals(a * word.left + c * word.baseline + e, b * word.left + d * word.baseline + f);
    const shown = `${direction} ${at} Tm ${stretched(visualOrder(word.text), word.right - word.left)}`;
    const next = words[index + 1];
    const gap = next === undefined || !isSpaced(word.text, next.text) ? 0 : next.left - word.right;
    return gap > 0 ? `${shown} ${stretched(" ", gap)}\n` : `${shown}\n`;
  });
  return `/${font} ${numerals(size)} Tf\n${operators.join("")}`;
}

/** Control characters cannot be found or selected, halves of surrogate pairs are no characters. */
const withoutUnreadable = ({ words, ...line }: TextLine): TextLine => ({
  ...line,
  words: words
    .map((word) => ({ ...word, text: word.text.replace(/\p{Cc}/gu, "").replace(/\p{Cs}/gu, "\ufffd") }))
    .filter(({ text }) => text !== ""),
});

const uprightLine = ({ words, ...line }: TextLine, image: Size, turn: QuarterTurn): TextLine => ({
  ...line,
  words: words.map((word) => ({ ...word, box: uprightBoxes[turn](word.box, image) })),
});

/** A box on the image when that has been turned. */
const uprightBoxes: Record<QuarterTurn, (box: Box, image: Size) => Box> = {
  0: (box) => box,
  90: ({ left, top, right, bottom }, { height }) => ({
    left: height - bottom,
    top: left,
    right: height - top,
    bottom: right,
  }),
  180: ({ left, top, right, bottom }, { width, height }) => ({
    left: width - right,
    top: height - bottom,
    right: width - left,
    bottom: height - top,
  }),
  270: ({ left, top, right, bottom }, { width }) => ({
    left: top,
    top: width - right,
    right: bottom,
    bottom: width - left,
  }),
};
