import type { QuarterTurn } from "../../words.ts";

/** As in PDF: [a b c d e f] takes (x, y) to (a·x + c·y + e, b·x + d·y + f). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** First `first`, then `second`. */
export function compose(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = second;
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F];
}

export interface Size {
  width: number;
  height: number;
}

/** The part of a PDF's page that is shown, in its user space, and by how much it is shown turned clockwise. */
export interface PagePlace {
  left: number;
  bottom: number;
  right: number;
  top: number;
  rotate: QuarterTurn;
}

/**
 * From the pixels of a page's image (from its top left corner, downwards) to the page's user space. The image shows
 * the whole place, so neither its resolution nor the page's unit matters.
 */
export function imageToPage({ width, height }: Size, place: PagePlace): Matrix {
  const toUnit: Matrix = [1 / width, 0, 0, 1 / height, 0, 0];
  const fromUnit: Matrix = [place.right - place.left, 0, 0, place.bottom - place.top, place.left, place.top];
  return compose(compose(toUnit, turnedBack[place.rotate]), fromUnit);
}

/** Over a square of side 1 with y downwards: where a point of what is shown lies before it is turned clockwise. */
const turnedBack: Record<QuarterTurn, Matrix> = {
  0: [1, 0, 0, 1, 0, 0],
  90: [0, -1, 1, 0, 0, 1],
  180: [-1, 0, 0, -1, 1, 1],
  270: [0, 1, -1, 0, 1, 0],
};

/** From the pixels of an image whose text was turned upright to those of the image as it is seen. */
export function uprightToImage({ width, height }: Size, turn: QuarterTurn): Matrix {
  const matrices: Record<QuarterTurn, Matrix> = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, -1, 1, 0, 0, height],
    180: [-1, 0, 0, -1, width, height],
    270: [0, 1, -1, 0, width, 0],
  };
  return matrices[turn];
}
