import type { GlyphBoxes } from "./glyph-boxes.ts";
import { linesOf } from "./skew.ts";

/** How the lines of a page lie: turned clockwise by `turn`, and by `skewDegrees` more. */
export interface Direction {
  turn: 0 | 90 | 180 | 270;
  skewDegrees: number;
}

/** A line of text has about so many letters, and one line tells little. */
const leastLetters = 25;

/** A narrower image holds no more than a line. */
const leastSide = 32;

/**
 * How text lies, by the places of its letters. They do not always tell 180 from 0 nor 270 from 90: then `turn` is 0
 * where lines run across the image and 90 where they run up. Skew is found up to 12°, and 0 where it is too little
 * to harm. Where there are no lines of letters both are 0.
 */
export function textDirection(boxes: GlyphBoxes): Direction {
  const straight = { turn: 0, skewDegrees: 0 } as const;
  if (Math.min(boxes.width, boxes.height) < leastSide || boxes.count < leastLetters) return straight;
  const isSideways = linesRunUp(boxes);
  const lines = linesOf(isSideways ? transposed(boxes) : boxes);
  if (lines === undefined) return straight;
  const { skewDegrees, baseline } = lines;
  return isSideways
    ? { turn: baseline === "below" ? 270 : 90, skewDegrees: 0 - skewDegrees }
    : { turn: baseline === "above" ? 180 : 0, skewDegrees };
}

/** The height of most letters without ascenders, in pixels of the image. There has to be a letter. */
export function letterHeight(boxes: GlyphBoxes, { turn }: Direction): number {
  const { count, left, right, top, bottom, pixelsPerUnit } = boxes;
  const [from, to] = turn % 180 === 0 ? [top, bottom] : [left, right];
  const heights = Int32Array.from(
    { length: count },
    (_, box) => (to[box] as number) - (from[box] as number) + 1,
  );
  return (heights.sort()[count >> 2] as number) * pixelsPerUnit;
}

/** Mirrored about the diagonal, which mirrors the skew, too. */
function transposed({ width, height, left, right, top, bottom, ...boxes }: GlyphBoxes): GlyphBoxes {
  return { ...boxes, width: height, height: width, left: top, right: bottom, top: left, bottom: right };
}

/** A letter is closer to the next one in its line than to the lines beside: how many say that lines run up? */
function linesRunUp(boxes: GlyphBoxes): boolean {
  const { width, height, count, left, right, top, bottom } = boxes;
  const covered = coveredPixels(boxes);
  let across = 0;
  let up = 0;
  for (let box = 0; box < count; box++) {
    const firstX = left[box] as number;
    const lastX = right[box] as number;
    const firstY = top[box] as number;
    const lastY = bottom[box] as number;
    const row = ((firstY + lastY) >> 1) * width;
    const column = (firstX + lastX) >> 1;
    const reach = reachInSizes * Math.max(lastX - firstX, lastY - firstY);
    const aside = Math.min(
      gap(covered, row + lastX + 1, 1, Math.min(reach, width - 1 - lastX)),
      gap(covered, row + firstX - 1, -1, Math.min(reach, firstX)),
    );
    const beyond = Math.min(
      gap(covered, (lastY + 1) * width + column, width, Math.min(reach, height - 1 - lastY)),
      gap(covered, (firstY - 1) * width + column, -width, Math.min(reach, firstY)),
    );
    if (aside < beyond) across++;
    if (beyond < aside) up++;
  }
  return up > clearMajority * across;
}

/** How far to look for the next letter. */
const reachInSizes = 3;

/** Of tables and handwriting some letters say otherwise, of a turned page nearly none. */
const clearMajority = 2;

function coveredPixels({ width, height, count, left, right, top, bottom }: GlyphBoxes): Uint8Array {
  const covered = new Uint8Array(width * height);
  for (let box = 0; box < count; box++) {
    for (let y = top[box] as number; y <= (bottom[box] as number); y++) {
      covered.fill(1, y * width + (left[box] as number), y * width + (right[box] as number) + 1);
    }
  }
  return covered;
}

/** Steps to the next covered pixel, `Infinity` if there is none within `most`. */
function gap(covered: Uint8Array, from: number, step: number, most: number): number {
  for (let steps = 0, at = from; steps < most; steps++, at += step) if (covered[at] === 1) return steps;
  return Number.POSITIVE_INFINITY;
}
