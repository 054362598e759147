import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { type Recogniser, startRecogniser } from "../../../worker/ocr.ts";
import { recognisePage } from "../../../worker/recognition/recognise-page.ts";
import { breakLines, drawPage } from "../../samples/maker/page.ts";
import { harbourLetter } from "../../samples/maker/texts.ts";
import { characterErrors } from "../../support/accuracy.ts";
import { seededRandom } from "../../support/random.ts";

const options = { paper: "a5", dotsPerInch: 200, points: 11 } as const;
const lines = breakLines(harbourLetter, options);
const text = lines.map((line) => line.trim()).join("\n");

/** The letter, each of its pixels (0 to 255) changed; `x` and `y` run from 0 to 1. */
function letter(change: (level: number, x: number, y: number, random: () => number) => number): GreyImage {
  const { width, height, gray } = drawPage(lines, options);
  const random = seededRandom(7);
  const pixels = gray.map((level, at) =>
    Math.min(255, Math.max(0, change(level, (at % width) / width, Math.floor(at / width) / height, random))),
  );
  return { width, height, pixels, dotsPerInch: 200 };
}

/** Of about a normal distribution: paper as a scanner sees it. */
const noise = (random: () => number) => (random() + random() + random() + random() - 2) * 1.7;

const hardPages: Record<string, GreyImage> = {
  shaded: letter((level, x, _y, random) => level * (0.95 - 0.75 * x) + 4 * noise(random)),
  "low in contrast": letter((level, _x, _y, random) => 120 + level * 0.12 + 8 * noise(random)),
  faint: letter((level, _x, _y, random) => 180 + level * 0.28 + 18 * noise(random)),
  speckled: letter((level, _x, _y, random) => (random() < 0.08 ? 0 : level + 10 * noise(random))),
};

let recogniser: Recogniser;
beforeAll(async () => {
  recogniser = await startRecogniser(["eng"]);
});
afterAll(() => recogniser.close());

describe("a page on which Tesseract misses text", () => {
  it.each(Object.keys(hardPages))("is cleaned and read again when it is %s", async (name) => {
    const { text: read, secondReading } = await recognisePage(recogniser, hardPages[name] as GreyImage);
    const { errors, characters } = characterErrors(read, text);
    expect({ secondReading, errorRate: errors / characters }).toEqual({
      secondReading: "kept",
      errorRate: expect.toSatisfy((rate: number) => rate < 0.03),
    });
  });

  it.each(Object.entries(hardPages))(
    "loses much of it in a single reading when it is %s",
    async (_, page) => {
      const { lines: found, confidence } = await recogniser.read(page);
      const words = found.flatMap((line) => line.words).length;
      expect(words < 80 || confidence < 80).toBe(true);
    },
  );
});

describe("a page on which nothing is missed", () => {
  it.each([
    ["a clear letter", letter((level) => level)],
    ["a letter on grey, noisy paper", letter((level, _x, _y, random) => level * 0.8 + 6 * noise(random))],
    ["an empty page", letter(() => 255)],
    [
      "an empty sheet with the noise of a scanner",
      letter((_level, _x, _y, random) => 235 + 6 * noise(random)),
    ],
    ["a black page", letter(() => 0)],
    [
      "a page with a frame and a picture",
      letter((level, x, y) =>
        x > 0.1 && x < 0.9 && y > 0.65 && y < 0.9 ? 255 * Math.abs(Math.sin(9 * x * y)) : level,
      ),
    ],
  ])("is read once: %s", async (_, page) => {
    expect((await recognisePage(recogniser, page)).secondReading).toBe("none");
  });

  it("takes images smaller than the squares it is looked at in", async () => {
    const dot = { width: 1, height: 1, pixels: new Uint8Array(1), dotsPerInch: undefined };
    expect((await recognisePage(recogniser, dot)).text).toBe("");
  });
});
