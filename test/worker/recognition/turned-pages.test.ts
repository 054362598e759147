import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { type Recogniser, startRecogniser } from "../../../worker/ocr.ts";
import { recognisePage } from "../../../worker/recognition/recognise-page.ts";
import { breakLines, drawPage, type GrayPage } from "../../samples/maker/page.ts";
import { rotateQuarter, scan } from "../../samples/maker/scan.ts";
import { gardenMinutes } from "../../samples/maker/texts.ts";
import { characterErrors } from "../../support/accuracy.ts";
import { laidDown, pageOfProse } from "../../support/lying-pages.ts";

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
      const shares = boxes.map((box) => inkIn(image, box));
      // Boxes 8 pixels too far down hold 0.15 on average, and 8 pixels aside one has 0.02.
      expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeGreaterThan(0.17);
      expect(Math.min(...shares)).toBeGreaterThan(0.03);
    },
  );
});

it("is read as well upright as a little askew, however noisy it is", async () => {
  const { page, lines } = pageOfProse();
  const rates = [];
  for (const skewDegrees of [0, 0.2]) {
    const noisy = laidDown(page, { skewDegrees, noise: 60, blur: 0.8 });
    const { text: read } = await recognisePage(recogniser, noisy);
    const { errors, characters } = characterErrors(read, lines.join("\n"));
    rates.push(errors / characters);
  }
  const [upright = 1, askew = 1] = rates;
  expect(upright).toBeLessThan(0.05);
  expect(Math.abs(askew - upright)).toBeLessThan(0.01);
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
