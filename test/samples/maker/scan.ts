import { seededRandom } from "../../support/random.ts";
import type { GrayPage } from "./page.ts";

export interface ScanOptions {
  /** Of the noise: the same number gives the same scan. */
  seed: number;
  /** Clockwise. */
  degrees?: number;
  /** Gray of the paper and of the ink, 0 is black. */
  paper?: number;
  ink?: number;
  /** Standard deviation of the blur, in pixels. */
  blur?: number;
  /** Standard deviation of the noise, in grays. */
  noise?: number;
  /** Specks of dust on the page. */
  specks?: number;
}

/** Makes a page look as if it came from a scanner. */
export function scan(page: GrayPage, options: ScanOptions): GrayPage {
  const { seed, degrees = 0, paper = 238, ink = 36, blur = 0.6, noise = 4, specks = 0 } = options;
  const random = seededRandom(seed);
  const gray = Float32Array.from(page.gray, (value) => ink + (value / 255) * (paper - ink));
  let image = { ...page, gray };
  if (degrees !== 0) image = rotate(image, degrees, paper);
  for (let count = 0; count < specks; count++) addSpeck(image, random, ink);
  if (blur > 0) image = blurred(image, blur);
  if (noise > 0) addNoise(image, random, noise);
  return {
    ...page,
    gray: Uint8Array.from(image.gray, (value) => Math.max(0, Math.min(255, Math.round(value)))),
  };
}

export function rotateQuarter({ width, height, gray }: GrayPage): GrayPage {
  const turned = new Uint8Array(gray.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + (height - 1 - y)] = gray[y * width + x] ?? 0;
  }
  return { width: height, height: width, gray: turned };
}

interface Picture {
  width: number;
  height: number;
  gray: Float32Array<ArrayBuffer>;
}

/** The sum of twelve even numbers is near enough to a normal one. */
function addNoise({ gray }: Picture, random: () => number, deviation: number): void {
  for (let at = 0; at < gray.length; at++) {
    let sum = -6;
    for (let count = 0; count < 12; count++) sum += random();
    gray[at] = (gray[at] ?? 0) + sum * deviation;
  }
}

function addSpeck({ width, height, gray }: Picture, random: () => number, ink: number): void {
  const centreX = random() * width;
  const centreY = random() * height;
  const radius = 0.4 + random() * 0.8;
  for (let y = Math.ceil(centreY - radius); y <= centreY + radius; y++) {
    for (let x = Math.ceil(centreX - radius); x <= centreX + radius; x++) {
      const inside = (x - centreX) ** 2 + (y - centreY) ** 2 <= radius ** 2;
      if (inside && x >= 0 && x < width && y >= 0 && y < height) gray[y * width + x] = ink;
    }
  }
}

/** About the centre, each pixel from the four around its source. */
function rotate({ width, height, gray }: Picture, degrees: number, paper: number): Picture {
  const sine = Math.sin((degrees * Math.PI) / 180);
  const cosine = Math.cos((degrees * Math.PI) / 180);
  const pixel = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? paper : (gray[y * width + x] ?? paper);
  const turned = new Float32Array(gray.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = [x - width / 2, y - height / 2];
      const sourceX = fromX * cosine + fromY * sine + width / 2;
      const sourceY = fromY * cosine - fromX * sine + height / 2;
      const [left, top] = [Math.floor(sourceX), Math.floor(sourceY)];
      const [right, down] = [sourceX - left, sourceY - top];
      const above = pixel(left, top) * (1 - right) + pixel(left + 1, top) * right;
      const below = pixel(left, top + 1) * (1 - right) + pixel(left + 1, top + 1) * right;
      turned[y * width + x] = above * (1 - down) + below * down;
    }
  }
  return { width, height, gray: turned };
}

function blurred(picture: Picture, deviation: number): Picture {
  const reach = Math.ceil(deviation * 3);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  const kernel = weights.map((weight) => weight / total);
  return blurAlong(blurAlong(picture, kernel, "across"), kernel, "down");
}

function blurAlong(
  { width, height, gray }: Picture,
  kernel: number[],
  direction: "across" | "down",
): Picture {
  const reach = (kernel.length - 1) / 2;
  const [limit, step] = direction === "across" ? [width, 1] : [height, width];
  const soft = new Float32Array(gray.length);
  for (let at = 0; at < gray.length; at++) {
    const position = direction === "across" ? at % width : Math.floor(at / width);
    let sum = 0;
    for (const [index, weight] of kernel.entries()) {
      const near = Math.max(0, Math.min(limit - 1, position + index - reach));
      sum += weight * (gray[at + (near - position) * step] ?? 0);
    }
    soft[at] = sum;
  }
  return { width, height, gray: soft };
}
