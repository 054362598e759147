import type { Direction } from "./direction.ts";
import type { GreyImage } from "./formats/page.ts";

export interface StraightenedImage {
  image: GreyImage;
  /** Where a point of the straightened image is on the given one. Both count pixels from the top left corner. */
  toPage(x: number, y: number): [x: number, y: number];
}

/**
 * The image turned back by what its lines of text are turned, so that they run from left to right. Nothing is cut
 * off: the corners that come in look like paper. Quarter turns move pixels, and only what is skewed is resampled.
 */
export function straighten(image: GreyImage, { turn, skewDegrees }: Direction): StraightenedImage {
  const { cosine, sine } = exactly(turn, skewDegrees);
  const width = Math.ceil(extent(image.width * cosine, image.height * sine));
  const height = Math.ceil(extent(image.width * sine, image.height * cosine));
  const toPage = (x: number, y: number): [number, number] => {
    const right = x - width / 2;
    const down = y - height / 2;
    return [right * cosine - down * sine + image.width / 2, right * sine + down * cosine + image.height / 2];
  };
  if (turn === 0 && skewDegrees === 0) return { image, toPage };
  const canvas = { ...image, width, height, pixels: new Uint8Array(width * height) };
  const step = { x: cosine, y: sine };
  for (let row = 0; row < height; row++) {
    // Of the middle of the row's first pixel, in middles of the page's pixels.
    const [x, y] = toPage(0.5, row + 0.5);
    const from = { x: x - 0.5, y: y - 0.5 };
    if (skewDegrees === 0) moveRow(image, canvas, row, from, step);
    else sampleRow(image, canvas, row, from, step);
  }
  return { image: canvas, toPage };
}

/** Free of rounding for quarter turns, so that their images have whole sizes. */
function exactly(turn: Direction["turn"], skewDegrees: number): { cosine: number; sine: number } {
  const skew = (skewDegrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(skew), Math.sin(skew)];
  switch (turn) {
    case 0:
      return { cosine, sine };
    case 90:
      return { cosine: -sine, sine: cosine };
    case 180:
      return { cosine: -cosine, sine: -sine };
    case 270:
      return { cosine: sine, sine: -cosine };
  }
}

const extent = (one: number, other: number) => Math.abs(one) + Math.abs(other);

interface Point {
  x: number;
  y: number;
}

function moveRow(image: GreyImage, canvas: GreyImage, row: number, from: Point, step: Point): void {
  const start = Math.round(from.y) * image.width + Math.round(from.x);
  const stride = Math.round(step.y) * image.width + Math.round(step.x);
  const to = row * canvas.width;
  for (let column = 0; column < canvas.width; column++) {
    canvas.pixels[to + column] = image.pixels[start + column * stride] as number;
  }
}

/** Each new pixel is a mean of the four whose middles surround it, weighted by nearness. */
function sampleRow(image: GreyImage, canvas: GreyImage, row: number, from: Point, step: Point): void {
  const { width, pixels } = image;
  const lastX = width - 1;
  const lastY = image.height - 1;
  const to = row * canvas.width;
  for (let column = 0; column < canvas.width; column++) {
    const x = from.x + column * step.x;
    const y = from.y + column * step.y;
    if (x < 0 || y < 0 || x >= lastX || y >= lastY) {
      canvas.pixels[to + column] = paper;
      continue;
    }
    const left = x | 0;
    const top = y | 0;
    const right = x - left;
    const down = y - top;
    const at = top * width + left;
    const above = (pixels[at] as number) * (1 - right) + (pixels[at + 1] as number) * right;
    const below = (pixels[at + width] as number) * (1 - right) + (pixels[at + width + 1] as number) * right;
    canvas.pixels[to + column] = above * (1 - down) + below * down + 0.5;
  }
}

const paper = 255;
