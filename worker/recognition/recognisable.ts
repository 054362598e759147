import { type GreyImage, mostPixelsASide } from "../formats/page.ts";

/** Tesseract reads no better above it and takes longer. */
const mostDotsPerInch = 200;

/** The image as it is recognised: with no more dots per inch than help, and no more a side than Tesseract takes. */
export function recognisable(image: GreyImage): GreyImage {
  const { dotsPerInch = mostDotsPerInch } = image;
  const scale = Math.min(
    1,
    mostDotsPerInch / dotsPerInch,
    mostPixelsASide / Math.max(image.width, image.height),
  );
  return shrinkTo(image, image.width * scale, image.height * scale);
}

/** Smaller letters are read badly. As boxes measure them, half a pixel of blur on either side counted. */
const leastLetterHeight = 10;

/**
 * Tesseract's network takes one step for every three columns of a line that is scaled to 36 rows, and reads letters
 * that are narrower by this as well: condensed typefaces, too.
 */
const narrowing = 0.85;

/** Other text of the page may be smaller than most of it. */
const leastDotsPerInch = 150;
const leastScaleUnlessKnown = 0.5;

/** The image as small as its upright letters are still read as well: Tesseract takes less time for it. */
export function barelyLegible(image: GreyImage, letterHeight: number | undefined): GreyImage {
  if (letterHeight === undefined) return image;
  const { width, height, dotsPerInch } = image;
  const least = dotsPerInch === undefined ? leastScaleUnlessKnown : leastDotsPerInch / dotsPerInch;
  const scale = Math.max(least, leastLetterHeight / letterHeight);
  return shrinkTo(image, width * Math.min(1, scale * narrowing), height * Math.min(1, scale));
}

/** Of the resolution that it has from top to bottom. */
function shrinkTo(image: GreyImage, wantedWidth: number, wantedHeight: number): GreyImage {
  const width = Math.max(1, Math.round(wantedWidth));
  const height = Math.max(1, Math.round(wantedHeight));
  if (width === image.width && height === image.height) return image;
  return {
    width,
    height,
    pixels: shrunkPixels(image, width, height),
    dotsPerInch: image.dotsPerInch && Math.round((image.dotsPerInch * wantedHeight) / image.height),
  };
}

/** Each new pixel is the mean of the area it covers, so that thin strokes fade and do not vanish. */
function shrunkPixels({ width, height, pixels }: GreyImage, newWidth: number, newHeight: number): Uint8Array {
  const columns = spans(width, newWidth);
  const rows = spans(height, newHeight);
  const means = new Float32Array(width);
  const shrunk = new Uint8Array(newWidth * newHeight);
  for (let newRow = 0; newRow < newHeight; newRow++) {
    means.fill(0);
    for (let tap = 0; tap < rows.taps; tap++) {
      const weight = rows.weights[newRow * rows.taps + tap] as number;
      const row = (rows.first[newRow] as number) + tap;
      if (weight > 0) addRow(means, pixels, row * width, weight);
    }
    shrinkRow(means, columns, shrunk, newRow * newWidth);
  }
  return shrunk;
}

function addRow(means: Float32Array, pixels: Uint8Array, start: number, weight: number): void {
  for (let column = 0; column < means.length; column++) {
    means[column] = (means[column] as number) + (pixels[start + column] as number) * weight;
  }
}

function shrinkRow(row: Float32Array, { first, taps, weights }: Spans, to: Uint8Array, start: number): void {
  for (let column = 0, at = 0; column < first.length; column++) {
    const from = first[column] as number;
    let mean = 0.5; // so that cutting off rounds
    for (let tap = 0; tap < taps; tap++, at++) mean += (row[from + tap] as number) * (weights[at] as number);
    to[start + column] = mean;
  }
}

/** The old pixels that each new one covers along an axis: `taps` from `first` on. Their weights add up to 1. */
interface Spans {
  first: Int32Array;
  taps: number;
  weights: Float32Array;
}

function spans(oldLength: number, newLength: number): Spans {
  const step = oldLength / newLength;
  const taps = Math.min(oldLength, Math.ceil(step) + 1);
  const first = new Int32Array(newLength);
  const weights = new Float32Array(newLength * taps);
  for (let index = 0; index < newLength; index++) {
    const [start, end] = [index * step, (index + 1) * step];
    const from = Math.min(Math.floor(start), oldLength - taps);
    first[index] = from;
    for (let tap = 0; tap < taps; tap++) {
      const covered = Math.min(end, from + tap + 1) - Math.max(start, from + tap);
      weights[index * taps + tap] = Math.max(0, covered) / step;
    }
  }
  return { first, taps, weights };
}
