import type { TextLine, Word } from "../../words.ts";

/** A line as it is set: all words in one size, each level and as wide as its box. In pixels, y downwards. */
export interface SetLine {
  /** From the top of the letters' space to its bottom. */
  height: number;
  words: { text: string; left: number; right: number; bottom: number }[];
}

/**
 * Readers of PDFs join words of one size that stand on one line, so the height is the line's, not each word's own
 * (which depends on whether it has letters with strokes up or down). Where the line slopes, its words go down in steps.
 */
export function setLine({ words }: TextLine): SetLine {
  const slope = slopeOf(words);
  const rise = ({ box }: Word) => ((box.left + box.right) / 2) * slope;
  const top = quantile(
    words.map((word) => [word.box.top - rise(word), word.text.length]),
    0.1,
  );
  const bottom = quantile(
    words.map((word) => [word.box.bottom - rise(word), word.text.length]),
    0.9,
  );
  const height = Math.max(1, bottom - top);
  return {
    height,
    words: words.map((word) => {
      const { left, right } = word.box;
      return { text: word.text, left, right: Math.max(right, left + 1), bottom: bottom + rise(word) };
    }),
  };
}

/** The median over all pairs of words, so that one wrong box does not turn a line; 0 where two words tell too little. */
function slopeOf(words: Word[]): number {
  const middles = words.slice(0, mostWords).map(({ box }) => ({
    x: (box.left + box.right) / 2,
    y: (box.top + box.bottom) / 2,
  }));
  const slopes: [slope: number, weight: number][] = [];
  middles.forEach((one, index) => {
    for (const other of middles.slice(index + 1)) {
      const across = Math.abs(other.x - one.x);
      if (across > 0) slopes.push([(other.y - one.y) / (other.x - one.x), across]);
    }
  });
  return slopes.length < leastPairs ? 0 : quantile(slopes, 0.5);
}

const mostWords = 60;
const leastPairs = 3;

/** Of values that count by their weight. */
function quantile(values: [value: number, weight: number][], share: number): number {
  const sorted = values.toSorted(([a], [b]) => a - b);
  let left = share * sorted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
