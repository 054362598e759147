import { isSpaced } from "../../page-text.ts";
import type { TextLine, Word } from "../../words.ts";
import { extentOf } from "./letter-extents.ts";

/** A line as it is set: all words in one size, each level and as wide as its box. In pixels, y downwards. */
export interface SetLine {
  /** Of the font. */
  size: number;
  words: SetWord[];
}

export interface SetWord {
  text: string;
  left: number;
  right: number;
  baseline: number;
}

/**
 * Readers of PDFs find lines and paragraphs by what has one size and stands on one line. So each line has one size, lines
 * that differ little have the same, and where lines slope (all of a page do alike) their words go down in few steps.
 */
export function setLines(lines: TextLine[]): SetLine[] {
  const sizes = lines.map(sizeOf);
  const slope = slopeOf(lines, sizes);
  const fall = ({ box }: Word) => ((box.left + box.right) / 2) * slope;
  const usual = median(sizes.map((size, at) => [size, lines[at]?.words.length ?? 0]));
  return lines.map(({ words }, at) => {
    const size = inSteps(sizes[at] ?? usual, usual);
    const baseline = median(words.map((word) => [baselineOf(word, size) - fall(word), word.text.length]));
    const falls = flattened(words.map(fall), size);
    const set = words.map((word, index) => ({
      text: word.text,
      left: word.box.left,
      right: Math.max(word.box.right, word.box.left + 1),
      baseline: baseline + (falls[index] ?? 0),
    }));
    return { size, words: withUsualGaps(set, size) };
  });
}

// --- Sizes -----------------------------------------------------------------------------------

/** A word's box depends on whether it has letters with strokes up or down, its size does not. */
function sizeOf({ words }: TextLine): number {
  const sizes = words.flatMap(({ text, box }): [number, number][] => {
    const extent = extentOf(text);
    return extent ? [[(box.bottom - box.top) / (extent.above + extent.below), text.length]] : [];
  });
  const heights = words.map(({ box, text }): [number, number] => [box.bottom - box.top, text.length]);
  return Math.max(1, median(sizes.length > 0 ? sizes : heights));
}

const baselineOf = ({ text, box }: Word, size: number) => box.bottom - size * (extentOf(text)?.below ?? 0);

/** The nearest of the sizes that are a third apart, of which `usual` is one. */
const inSteps = (size: number, usual: number) =>
  usual * step ** Math.round(Math.log(size / usual) / Math.log(step));
const step = 4 / 3;

// --- Slope -----------------------------------------------------------------------------------

/** How far a line goes down over its length: the median over pairs of its words, so that wrong boxes turn nothing. */
function slopeOf(lines: TextLine[], sizes: number[]): number {
  const slopes: [slope: number, weight: number][] = [];
  lines.forEach(({ words }, line) => {
    const places = words.map((word) => {
      const { left, right } = word.box;
      return { x: (left + right) / 2, y: baselineOf(word, sizes[line] ?? 0) };
    });
    const half = Math.ceil(places.length / 2);
    // Each with the one that is half the line away: the others tell less.
    places.slice(half).forEach(({ x, y }, at) => {
      const other = places[at] ?? { x, y };
      if (x !== other.x) slopes.push([(y - other.y) / (x - other.x), Math.abs(x - other.x)]);
    });
  });
  return slopes.length < leastPairs ? 0 : median(slopes);
}

const leastPairs = 3;

/** poppler takes words for those of one line up to half a size apart, so near its middle a line does not fall at all. */
function flattened(falls: number[], size: number): number[] {
  const middle = (Math.min(...falls) + Math.max(...falls)) / 2;
  const left = (fall: number) => Math.max(0, Math.abs(fall - middle) - flatShare * size);
  return falls.map((fall) => middle + Math.sign(fall - middle) * left(fall));
}

/** Of the size: so far a word may stand above or below where it is. */
const flatShare = 0.2;

// --- Gaps ------------------------------------------------------------------------------------

/**
 * Typewriters and justified lines leave so much between words that readers take it for the space between columns, which
 * for poppler begins at seven tenths of the size; half of what is too much goes to each of the words. And boxes of
 * neighbours may overlap, which would make one word of both.
 */
function withUsualGaps(words: SetWord[], size: number): SetWord[] {
  const moved = words.map((word) => ({ ...word }));
  moved.forEach((word, at) => {
    const next = moved[at + 1];
    if (next === undefined || next.left < word.left || !isSpaced(word.text, next.text)) return;
    const gap = next.left - word.right;
    const tooMuch = gap < widestGap * size ? Math.max(0, gap - widestSpace * size) : 0;
    const tooLittle = Math.max(0, narrowestSpace * size - gap);
    word.right += tooMuch / 2;
    next.left -= tooMuch / 2;
    if (tooLittle < word.right - word.left) word.right -= tooLittle;
  });
  return moved;
}

/** Of the size: what is left between words, and from where on there may be columns after all. */
const narrowestSpace = 0.17;
const widestSpace = 0.6;
const widestGap = 1.6;

/** Of values that count by their weight. */
function median(values: [value: number, weight: number][]): number {
  const sorted = values.toSorted(([a], [b]) => a - b);
  let left = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  for (const [value, weight] of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
