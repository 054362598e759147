import type { GreyImage } from "../formats/page.ts";
import { evenLight, quantileOf } from "./even-light.ts";

/** Pixels at 200 dots an inch: a line and a half of text. */
const lightChangesOver = 48;

/** The darkest hundredth of a page of text is ink. */
const inkQuantile = 0.01;

/**
 * A page that Tesseract cannot tell from its background, made readable: specks and noise are taken out, uneven
 * light and grey paper evened, and faint ink becomes black. Clear pages lose a little sharpness by it.
 */
export function cleanPage(image: GreyImage): GreyImage {
  // Twice: once leaves so much of heavy noise that letters are read by it.
  const smoothed = smooth(smooth(withoutSpecks(image)));
  return stretch(evenLight(smoothed, lightChangesOver));
}

/** The median of each pixel and its eight neighbours: specks of a pixel or two vanish, strokes stay. */
function withoutSpecks(image: GreyImage): GreyImage {
  const { width, height, pixels } = image;
  const cleaned = pixels.slice();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      cleaned[at] = medianAround(pixels, at, width);
    }
  }
  return { ...image, pixels: cleaned };
}

/**
 * The median of the least of the largest, the median of the medians and the largest of the least of three sorted
 * columns is that of all nine.
 */
function medianAround(pixels: Uint8Array, at: number, width: number): number {
  let largestLow = 0;
  let smallestHigh = 255;
  let m0 = 0;
  let m1 = 0;
  let m2 = 0;
  for (let column = -1; column <= 1; column++) {
    const a = pixels[at + column - width] ?? 0;
    const b = pixels[at + column] ?? 0;
    const c = pixels[at + column + width] ?? 0;
    const low = a < b ? (a < c ? a : c) : b < c ? b : c;
    const high = a > b ? (a > c ? a : c) : b > c ? b : c;
    if (low > largestLow) largestLow = low;
    if (high < smallestHigh) smallestHigh = high;
    m0 = m1;
    m1 = m2;
    m2 = a + b + c - low - high;
  }
  return middle(largestLow, middle(m0, m1, m2), smallestHigh);
}

function middle(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}

/** Each pixel with its neighbours, by the weights 1, 2, 1 along both axes. */
function smooth(image: GreyImage): GreyImage {
  const { width, height, pixels } = image;
  const across = new Uint16Array(pixels.length);
  const smoothed = pixels.slice();
  for (let at = 1; at < pixels.length - 1; at++) {
    across[at] = (pixels[at - 1] ?? 0) + 2 * (pixels[at] ?? 0) + (pixels[at + 1] ?? 0);
  }
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const sum = (across[at - width] ?? 0) + 2 * (across[at] ?? 0) + (across[at + width] ?? 0);
      smoothed[at] = (sum + 8) >> 4;
    }
  }
  return { ...image, pixels: smoothed };
}

/** From the level of the ink to white. */
function stretch(image: GreyImage): GreyImage {
  const histogram = new Uint32Array(256);
  for (const level of image.pixels) histogram[level] = (histogram[level] ?? 0) + 1;
  const ink = Math.min(254, quantileOf(histogram, image.pixels.length, inkQuantile));
  const levels = Uint8Array.from({ length: 256 }, (_, level) =>
    Math.max(0, Math.round(((level - ink) * 255) / (255 - ink))),
  );
  const stretched = new Uint8Array(image.pixels.length);
  for (let at = 0; at < stretched.length; at++) stretched[at] = levels[image.pixels[at] ?? 255] ?? 255;
  return { ...image, pixels: stretched };
}
