import type { GreyImage } from "../formats/page.ts";
import type { Direction } from "./direction.ts";

export interface Straightened {
  image: GreyImage;
  /** Where a point of the straightened image is on the page, both in pixels from the upper left corner. */
  toPage(x: number, y: number): [x: number, y: number];
}

/**
 * The page as it is read: turned back by `direction`. Nothing is cut off; what is new in the corners has the
 * page's commonest grey. Quarter turns move pixels and change none.
 */
export function straighten(page: GreyImage, direction: Direction): Straightened {
  const { turn, skewDegrees } = direction;
  if (turn === 0 && skewDegrees === 0) return { image: page, toPage: (x, y) => [x, y] };
  const rotation = rotationBy(turn, skewDegrees);
  const { width, height } = sizeOnceTurned(page, rotation);
  const toPage = rotationAbout(rotation, { width, height }, page);
  const pixels =
    skewDegrees === 0
      ? movePixels(page, width, height, rotation, toPage(0.5, 0.5))
      : blendPixels(page, width, height, rotation, toPage(0.5, 0.5));
  return { image: { width, height, pixels, dotsPerInch: page.dotsPerInch }, toPage };
}

/** Clockwise, as y grows downwards. */
interface Rotation {
  cosine: number;
  sine: number;
}

function rotationBy(turn: Direction["turn"], skewDegrees: number): Rotation {
  const skew = (skewDegrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(skew), Math.sin(skew)];
  // Exact, unlike the sine and cosine of half of π and its multiples.
  const turned: Record<Direction["turn"], Rotation> = {
    0: { cosine, sine },
    90: { cosine: -sine, sine: cosine },
    180: { cosine: -cosine, sine: -sine },
    270: { cosine: sine, sine: -cosine },
  };
  return turned[turn];
}

type Size = Pick<GreyImage, "width" | "height">;

/** Whole pixels around the turned page; less than a hundredth of one is an error of rounding. */
function sizeOnceTurned({ width, height }: Size, { cosine, sine }: Rotation): Size {
  const [across, along] = [Math.abs(cosine), Math.abs(sine)];
  return {
    width: Math.ceil(width * across + height * along - 0.01),
    height: Math.ceil(width * along + height * across - 0.01),
  };
}

/** Centre comes upon centre. */
function rotationAbout({ cosine, sine }: Rotation, from: Size, to: Size): Straightened["toPage"] {
  return (x, y) => {
    const [dx, dy] = [x - from.width / 2, y - from.height / 2];
    return [to.width / 2 + dx * cosine - dy * sine, to.height / 2 + dx * sine + dy * cosine];
  };
}

/** `first` is the middle of the page's pixel that becomes the first one. */
function movePixels(
  page: GreyImage,
  width: number,
  height: number,
  { cosine, sine }: Rotation,
  first: [x: number, y: number],
): Uint8Array {
  const moved = new Uint8Array(width * height);
  const start = Math.floor(first[1]) * page.width + Math.floor(first[0]);
  const across = sine * page.width + cosine;
  const down = cosine * page.width - sine;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = start + y * down; x < width; x++, from += across) {
      moved[to++] = page.pixels[from] as number;
    }
  }
  return moved;
}

/** Each pixel from the four around its place on the page. */
function blendPixels(
  page: GreyImage,
  width: number,
  height: number,
  { cosine, sine }: Rotation,
  first: [x: number, y: number],
): Uint8Array {
  const { pixels } = page;
  const blended = new Uint8Array(width * height).fill(commonestGrey(pixels));
  // From middle to middle, so that whole numbers are pixels.
  const [firstX, firstY] = [first[0] - 0.5, first[1] - 0.5];
  const [lastX, lastY] = [page.width - 1, page.height - 1];
  for (let y = 0, to = 0; y < height; y++) {
    let fromX = firstX - y * sine;
    let fromY = firstY + y * cosine;
    for (let x = 0; x < width; x++, to++, fromX += cosine, fromY += sine) {
      if (fromX < 0 || fromY < 0 || fromX >= lastX || fromY >= lastY) continue;
      const left = fromX | 0;
      const upper = fromY | 0;
      const right = fromX - left;
      const at = upper * page.width + left;
      const below = at + page.width;
      const aboveGrey = (pixels[at] as number) * (1 - right) + (pixels[at + 1] as number) * right;
      const belowGrey = (pixels[below] as number) * (1 - right) + (pixels[below + 1] as number) * right;
      blended[to] = aboveGrey + (belowGrey - aboveGrey) * (fromY - upper) + 0.5;
    }
  }
  return blended;
}

/** One pixel in some is enough to tell the paper's grey. */
const sampledEvery = 13;

function commonestGrey(pixels: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < pixels.length; at += sampledEvery) {
    const grey = pixels[at] as number;
    counts[grey] = (counts[grey] as number) + 1;
  }
  return counts.indexOf(Math.max(...counts));
}
