import type { GlyphBoxes } from "./glyph-boxes.ts";

/** Beyond it a page was not laid askew but photographed so. */
const mostDegrees = 12;

/** At the right angle a wide line's ends are found in the same rows, half a step from it still nearly. */
const coarseStep = 0.25;
const coarseRows = 2;
const fineStep = 0.1;
const fineRows = 1;

/** Straightening costs sharpness: recognition is better without it. */
const harmlessDegrees = 0.3;

/** As many letters tell the coarse angle as well as all of them. */
const mostLettersCoarse = 1500;
const mostLettersFine = 3000;

/** Of the best angle's score to the middle one. Blots, noise and pictures reach 1.44, the smallest print 1.7. */
const clearlyLines = 1.5;

/** Of the scores of tops and bottoms. On the pages of the benchmarks the larger is 1.25 to 1.77 times the smaller. */
const clearlyStand = 1.15;

/** How lines that run across lie. */
export interface Lines {
  /** Their clockwise slope; 0 where it is harmless. */
  skewDegrees: number;
  /** Where the line is that letters stand on; `undefined` where tops and bottoms are as even. */
  baseline: "below" | "above" | undefined;
}

/**
 * `undefined` where letters do not stand in lines. At the lines' angle the tops and bottoms of letters fall into few
 * rows: the sum of the squares of how many fall into each is largest. It tells which way up letters are, too: most
 * stand on their line, while their tops are at two heights.
 */
export function linesOf(boxes: GlyphBoxes): Lines | undefined {
  const coarse = scores(edgesOf(boxes, mostLettersCoarse), -mostDegrees, mostDegrees, coarseStep, coarseRows);
  const best = indexOfLargest(coarse);
  const middle = coarse.toSorted()[coarse.length >> 1] as number;
  if ((coarse[best] as number) < clearlyLines * middle) return undefined;
  const from = -mostDegrees + (best - 1) * coarseStep;
  const edges = edgesOf(boxes, mostLettersFine);
  const fine = scores(edges, from, from + 2 * coarseStep, fineStep, fineRows);
  const top = indexOfLargest(fine);
  const degrees = from + (top + summit(fine[top - 1], fine[top], fine[top + 1])) * fineStep;
  const scoreOf = scorer(edges, fineRows);
  const [tops, bottoms] = [scoreOf(edges.tops, degrees), scoreOf(edges.bottoms, degrees)];
  return {
    skewDegrees: Math.abs(degrees) < harmlessDegrees ? 0 : degrees,
    baseline: bottoms > clearlyStand * tops ? "below" : tops > clearlyStand * bottoms ? "above" : undefined,
  };
}

/** Where letters end above and below, and in which column their middles are. */
interface Edges {
  width: number;
  height: number;
  /** Doubled. */
  middles: Int32Array;
  tops: Int32Array;
  bottoms: Int32Array;
}

function edgesOf({ width, height, count, left, right, top, bottom }: GlyphBoxes, most: number): Edges {
  const every = Math.ceil(count / most);
  const taken = Math.floor(count / every);
  const middles = Int32Array.from(
    { length: taken },
    (_, at) => (left[at * every] as number) + (right[at * every] as number),
  );
  const pick = (edges: Int32Array) =>
    Int32Array.from({ length: taken }, (_, at) => edges[at * every] as number);
  return { width, height, middles, tops: pick(top), bottoms: pick(bottom) };
}

function scores(edges: Edges, from: number, to: number, step: number, rows: number): Float64Array {
  const scoreOf = scorer(edges, rows);
  return Float64Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => {
    const degrees = from + index * step;
    return scoreOf(edges.tops, degrees) + scoreOf(edges.bottoms, degrees);
  });
}

/** How few rows the tops or the bottoms of letters fall into, if lines slope by so many degrees. */
function scorer({ width, height, middles }: Edges, rows: number) {
  const lift = Math.ceil(width * Math.tan(((mostDegrees + 1) * Math.PI) / 180));
  const counts = new Int32Array(Math.ceil((height + 2 * lift) / rows) + 1);
  return (ys: Int32Array, degrees: number) =>
    concentration(ys, middles, Math.tan((degrees * Math.PI) / 180), lift, rows, counts);
}

/** Of what is 1 in a row, in 1024ths. */
const fraction = 10;

function concentration(
  ys: Int32Array,
  xs: Int32Array,
  slope: number,
  lift: number,
  rows: number,
  counts: Int32Array,
): number {
  counts.fill(0);
  const shift = fraction + Math.log2(rows);
  const perHalfColumn = Math.round(slope * 2 ** (fraction - 1));
  const raised = lift << fraction;
  for (let at = 0; at < ys.length; at++) {
    const row = (raised + ((ys[at] as number) << fraction) - (xs[at] as number) * perHalfColumn) >> shift;
    counts[row] = (counts[row] as number) + 1;
  }
  let sum = 0;
  let before = 0;
  for (let row = 0; row < counts.length; row++) {
    const here = counts[row] as number;
    sum += (before + here) * (before + here);
    before = here;
  }
  return sum;
}

function indexOfLargest(values: Float64Array): number {
  let largest = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[largest] as number)) largest = index;
  }
  return largest;
}

/** Where a parabola through three scores is highest, from -0.5 to 0.5 steps from the middle one. */
function summit(before = 0, at = 0, after = 0): number {
  const bend = before - 2 * at + after;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
}
