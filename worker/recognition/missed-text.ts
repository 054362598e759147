import type { GreyImage } from "../formats/page.ts";
import type { Box, TextLine } from "../words.ts";
import { evenLight, quantileOf } from "./even-light.ts";

/** The page is looked at this many times smaller: noise averages out, and letters of a word run together. */
const reduction = 4;

/** Of what looks like words, the share that no recognised word covers. */
export interface MissedText {
  /** 0 to 1. */
  share: number;
  spots: number;
}

/**
 * What on a page looks like words and lies outside all that was recognised. Tesseract's confidence does not tell:
 * it is that of the words found, and is high on a page of which half is lost in a shadow. `image` has about 200 dots
 * an inch; the boxes of `lines` lie on it.
 */
export function missedText(image: GreyImage, lines: TextLine[]): MissedText {
  const small = reduced(image);
  const spots = wordLikeSpots(small);
  const covered = coveredBy(small, lines);
  let missed = 0;
  let missedArea = 0;
  let area = 0;
  for (const spot of spots) {
    area += spot.area;
    const x = (spot.left + spot.right) >> 1;
    const y = (spot.top + spot.bottom) >> 1;
    if (covered[y * small.width + x]) continue;
    missed++;
    missedArea += spot.area;
  }
  return { share: area === 0 ? 0 : missedArea / area, spots: missed };
}

/** Each pixel is the mean of a square of four by four of the page. */
function reduced({ width: fullWidth, height: fullHeight, pixels }: GreyImage): GreyImage {
  const width = Math.floor(fullWidth / reduction);
  const height = Math.floor(fullHeight / reduction);
  const small = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let at = y * reduction * fullWidth + x * reduction;
      let sum = 0;
      for (let row = 0; row < reduction; row++, at += fullWidth) {
        sum +=
          (pixels[at] as number) +
          (pixels[at + 1] as number) +
          (pixels[at + 2] as number) +
          (pixels[at + 3] as number);
      }
      small[to++] = sum >> 4;
    }
  }
  return { width, height, pixels: small, dotsPerInch: undefined };
}

/** Pixels of the reduced image: a line and a half of text. */
const lightChangesOver = 12;

interface Spot extends Box {
  /** In pixels. */
  area: number;
}

function wordLikeSpots(small: GreyImage): Spot[] {
  const even = evenLight(small, lightChangesOver);
  const ink = darkerThan(even, 255 - inkDepth(even));
  joinLetters(ink);
  return spotsOf(ink, small.width).filter(isWordLike);
}

/** How much darker than paper a pixel has to be to count as ink: well above the noise of the paper. */
function inkDepth({ pixels }: GreyImage): number {
  const levels = new Uint32Array(256);
  const steps = new Uint32Array(256);
  for (let at = 1; at < pixels.length; at++) {
    const level = pixels[at] ?? 255;
    const step = Math.abs(level - (pixels[at - 1] ?? 255));
    levels[level] = (levels[level] ?? 0) + 1;
    steps[step] = (steps[step] ?? 0) + 1;
  }
  const noise = 2 * quantileOf(steps, pixels.length, 0.3);
  const darkest = 255 - quantileOf(levels, pixels.length, 0.02);
  return Math.max(5, 3 * noise, 0.35 * darkest);
}

/** 1 for ink, 0 for paper. */
function darkerThan({ pixels }: GreyImage, level: number): Uint8Array {
  const dark = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) dark[at] = (pixels[at] ?? 255) < level ? 1 : 0;
  return dark;
}

function joinLetters(ink: Uint8Array): void {
  let before = 0;
  for (let at = 0; at < ink.length - 1; at++) {
    const here = ink[at] ?? 0;
    if (before || ink[at + 1]) ink[at] = 1;
    before = here;
  }
}

/** The connected parts of the ink, which is used up. */
function spotsOf(ink: Uint8Array, width: number): Spot[] {
  const spots: Spot[] = [];
  const open = new Int32Array(ink.length);
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] !== 1) continue;
    const spot: Spot = { left: width, top: Number.MAX_SAFE_INTEGER, right: 0, bottom: 0, area: 0 };
    let count = 0;
    const visit = (at: number) => {
      if (ink[at] !== 1) return;
      ink[at] = 0;
      open[count++] = at;
    };
    visit(start);
    while (count > 0) {
      const at = open[--count] ?? 0;
      const x = at % width;
      const y = (at - x) / width;
      spot.area++;
      spot.left = Math.min(spot.left, x);
      spot.right = Math.max(spot.right, x);
      spot.top = Math.min(spot.top, y);
      spot.bottom = Math.max(spot.bottom, y);
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      visit(at - width);
      visit(at + width);
    }
    spots.push(spot);
  }
  return spots;
}

/** Neither a speck, a rule, a frame nor a picture. */
function isWordLike({ left, top, right, bottom, area }: Spot): boolean {
  const width = right - left + 1;
  const height = bottom - top + 1;
  return (
    height >= 2 &&
    height <= 20 &&
    width >= 4 &&
    width >= height * 0.8 &&
    area >= 8 &&
    area >= 0.3 * width * height
  );
}

/** Pixels of the reduced image by which a word reaches beyond its box. */
const reach = 2;

/** 1 where a word is. */
function coveredBy({ width, height }: GreyImage, lines: TextLine[]): Uint8Array {
  const covered = new Uint8Array(width * height);
  for (const { box } of lines.flatMap(({ words }) => words)) {
    const left = Math.max(0, Math.floor(box.left / reduction) - reach);
    const right = Math.min(width, Math.ceil(box.right / reduction) + reach);
    const bottom = Math.min(height, Math.ceil(box.bottom / reduction) + reach);
    for (let y = Math.max(0, Math.floor(box.top / reduction) - reach); y < bottom; y++) {
      covered.fill(1, y * width + left, y * width + right);
    }
  }
  return covered;
}
