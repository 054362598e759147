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
  return shrinkBy(image, scale);
}

/** Smaller letters are read badly. As boxes measure them, half a pixel of blur on either side counted. */
const leastLetterHeight = 10;

/** Other text of the page may be smaller than most of it. */
const leastDotsPerInch = 150;
const leastScaleUnlessKnown = 0.5;

/** The image as small as its letters are still read as well: Tesseract takes less time for it. */
export function barelyLegible(image: GreyImage, letterHeight: number | undefined): GreyImage {
  const { dotsPerInch } = image;
  const least = dotsPerInch === undefined ? leastScaleUnlessKnown : leastDotsPerInch / dotsPerInch;
  const scale = Math.max(least, leastLetterHeight / (letterHeight ?? leastLetterHeight));
  return shrinkBy(image, Math.min(1, scale));
}

function shrinkBy(image: GreyImage, scale: number): GreyImage {
  if (scale === 1) return image;
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return {
    width,
    height,
    pixels: shrink(image, width, height),
    dotsPerInch: image.dotsPerInch && Math.round(image.dotsPerInch * scale),
  };
}

/** Each new pixel is the mean of the area it covers, so that thin strokes fade and do not vanish. */
function shrink({ width, height, pixels }: GreyImage, newWidth: number, newHeight: number): Uint8Array {
  const columns = spans(width, newWidth);
  const rows = spans(height, newHeight);
  const sums = new Float32Array(newWidth);
  const shrunk = new Uint8Array(newWidth * newHeight);
  for (let newRow = 0; newRow < newHeight; newRow++) {
    sums.fill(0);
    const { first, weights } = spanAt(rows, newRow);
    for (let offset = 0; offset < weights.length; offset++) {
      addRow(sums, pixels, (first + offset) * width, columns, weights[offset] ?? 0);
    }
    for (let column = 0; column < newWidth; column++) {
      shrunk[newRow * newWidth + column] = Math.round(sums[column] ?? 0);
    }
  }
  return shrunk;
}

function addRow(
  sums: Float32Array,
  pixels: Uint8Array,
  rowStart: number,
  columns: Span[],
  rowWeight: number,
): void {
  for (let column = 0; column < sums.length; column++) {
    const { first, weights } = spanAt(columns, column);
    let sum = 0;
    for (let offset = 0; offset < weights.length; offset++) {
      sum += (pixels[rowStart + first + offset] ?? 255) * (weights[offset] ?? 0);
    }
    sums[column] = (sums[column] ?? 0) + sum * rowWeight;
  }
}

/** The old pixels that one new pixel covers along an axis, from `first` on; the weights add up to 1. */
interface Span {
  first: number;
  weights: Float32Array;
}

function spans(oldLength: number, newLength: number): Span[] {
  const step = oldLength / newLength;
  return Array.from({ length: newLength }, (_, index) => {
    const start = index * step;
    const end = Math.min(oldLength, start + step);
    const first = Math.floor(start);
    const weights = Float32Array.from({ length: Math.ceil(end) - first }, (_unused, offset) => {
      const covered = Math.min(end, first + offset + 1) - Math.max(start, first + offset);
      return covered / (end - start);
    });
    return { first, weights };
  });
}

function spanAt(all: Span[], index: number): Span {
  return all[index] ?? { first: 0, weights: new Float32Array() };
}
