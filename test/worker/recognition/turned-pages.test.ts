import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { type Recogniser, startRecogniser } from "../../../worker/ocr.ts";
import { recognisePage } from "../../../worker/recognition/recognise-page.ts";
import { straighten } from "../../../worker/recognition/straighten.ts";
import { breakLines, drawPage, type GrayPage } from "../../samples/maker/page.ts";
import { rotateQuarter, scan } from "../../samples/maker/scan.ts";
import { gardenMinutes } from "../../samples/maker/texts.ts";
import { characterErrors } from "../../support/accuracy.ts";

const options = { paper: "a5", dotsPerInch: 200, points: 11 } as const;
const lines = breakLines(gardenMinutes, options);
const text = lines.map((line) => line.trim()).join("\n");

function page(clockwiseQuarters: number, clockwiseDegrees: number): GreyImage {
  let scanned: GrayPage = scan(drawPage(lines, options), { seed: 5, noise: 4, degrees: clockwiseDegrees });
  for (let quarter = 0; quarter < clockwiseQuarters; quarter++) scanned = rotateQuarter(scanned);
  const { width, height, gray } = scanned;
  return { width, height, pixels: gray, dotsPerInch: 200 };
}

let recogniser: Recogniser;
beforeAll(async () => {
  recogniser = await startRecogniser(["eng"]);
});
afterAll(() => recogniser.close());

describe("a page that was laid askew", () => {
  it.each([0, 1, 2, 3].flatMap((quarters) => [0, -9.5, -2, 4].map((degrees) => ({ quarters, degrees }))))(
    "gives its text when it is turned by $quarters quarters and $degrees degrees",
    async ({ quarters, degrees }) => {
      const { text: read, words } = await recognisePage(recogniser, page(quarters, degrees));
      const { errors, characters } = characterErrors(read, text);
      expect(errors / characters).toBeLessThan(0.01);
      expect(words.turn).toBe((360 - quarters * 90) % 360);
    },
  );

  it.each([0, 1, 2, 3])(
    "has the boxes of its words where they are seen, turned by %i quarters",
    async (quarters) => {
      const image = page(quarters, 3);
      const { words } = await recognisePage(recogniser, image);
      const boxes = words.lines.flatMap((line) => line.words).map(({ box }) => box);
      expect(boxes.length).toBeGreaterThan(80);
      for (const box of boxes) expect(inkIn(image, box)).toBeGreaterThan(0.05);
    },
  );
});

/** Share of a box's pixels that are dark. */
function inkIn(
  { width, pixels }: GreyImage,
  box: { left: number; top: number; right: number; bottom: number },
) {
  let dark = 0;
  let all = 0;
  for (let y = Math.round(box.top); y < box.bottom; y++) {
    for (let x = Math.round(box.left); x < box.right; x++) {
      all++;
      if ((pixels[y * width + x] ?? 255) < 128) dark++;
    }
  }
  return dark / all;
}

describe("straightening", () => {
  const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const image: GreyImage = { width: 3, height: 2, pixels, dotsPerInch: 200 };

  it.each([
    [0, 3, [1, 2, 3, 4, 5, 6]],
    [90, 2, [3, 6, 2, 5, 1, 4]],
    [180, 3, [6, 5, 4, 3, 2, 1]],
    [270, 2, [4, 1, 5, 2, 6, 3]],
  ] as const)(
    "turns an image that lies turned by %i degrees back without a change of pixels",
    (turn, width, expected) => {
      const { image: straight } = straighten(image, { turn, skewDegrees: 0 });
      expect([straight.width, [...straight.pixels]]).toEqual([width, expected]);
    },
  );

  it.each([0, 90, 180, 270] as const)("tells where a point came from, turned by %i degrees", (turn) => {
    const { image: straight, toPage } = straighten(image, { turn, skewDegrees: 0 });
    straight.pixels.forEach((pixel, at) => {
      const [x, y] = toPage((at % straight.width) + 0.5, Math.floor(at / straight.width) + 0.5);
      expect(pixels[Math.floor(y) * image.width + Math.floor(x)]).toBe(pixel);
    });
  });

  it("cuts nothing off of what is skewed", () => {
    const bar = Uint8Array.from({ length: 100 * 40 }, (_, at) => (at % 100 < 40 ? 0 : 255));
    const page: GreyImage = { width: 100, height: 40, pixels: bar, dotsPerInch: 200 };
    const { image: straight } = straighten(page, { turn: 0, skewDegrees: 10 });
    const black = straight.pixels.reduce((sum, level) => sum + (255 - level) / 255, 0);
    expect(black).toBeGreaterThan(1600 * 0.94);
    expect(black).toBeLessThan(1601);
  });
});
