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
export function barelyLegible(image: GreyImage, letterHeight: number): GreyImage {
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
  const step = height / newHeight;
  const ends = columnEnds(width, newWidth);
  const sums = new Float32Array(width);
  const shrunk = new Uint8Array(newWidth * newHeight);
  for (let newRow = 0; newRow < newHeight; newRow++) {
    const start = newRow * step;
    const end = Math.min(height, start + step);
    sums.fill(0);
    for (let row = Math.floor(start); row < end; row++) {
      addRow(sums, pixels, row * width, Math.min(end, row + 1) - Math.max(start, row));
    }
    shrinkRow(sums, ends, newWidth / width / step, shrunk, newRow * newWidth);
  }
  return shrunk;
}

function addRow(sums: Float32Array, pixels: Uint8Array, start: number, weight: number): void {
  for (let column = 0; column < sums.length; column++) {
    sums[column] = (sums[column] as number) + (pixels[start + column] as number) * weight;
  }
}

/** The old column in which each new one ends, and how much of it is the new one's; the rest is the next one's. */
interface ColumnEnds {
  last: Int32Array;
  share: Float32Array;
}

function columnEnds(width: number, newWidth: number): ColumnEnds {
  const last = new Int32Array(newWidth);
  const share = new Float32Array(newWidth);
  for (let column = 0; column < newWidth; column++) {
    const end = ((column + 1) * width) / newWidth;
    const endsIn = Math.min(width - 1, Math.floor(end));
    last[column] = endsIn;
    share[column] = end - endsIn;
  }
  return { last, share };
}

function shrinkRow(
  row: Float32Array,
  { last, share }: ColumnEnds,
  scale: number,
  to: Uint8Array,
  start: number,
): void {
  let at = 0;
  let rest = 0;
  for (let column = 0; column < last.length; column++) {
    const end = last[column] as number;
    let sum = rest;
    while (at < end) sum += row[at++] as number;
    const part = (row[end] as number) * (share[column] as number);
    to[start + column] = (sum + part) * scale + 0.5;
    rest = (row[end] as number) - part;
    at = end + 1;
  }
}
