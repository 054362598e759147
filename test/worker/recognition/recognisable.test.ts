import { expect, test } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { barelyLegible, recognisable } from "../../../worker/recognition/recognisable.ts";

const image = (width: number, height: number, dotsPerInch: number | undefined) => ({
  width,
  height,
  pixels: new Uint8Array(width * height).fill(200),
  dotsPerInch,
});
const sizeOf = ({ width, height, dotsPerInch }: GreyImage) => [width, height, dotsPerInch];

test.each([
  ["one that says nothing of its resolution stays", [700, 500, undefined], [700, 500, undefined]],
  ["one of few dots an inch stays", [700, 500, 150], [700, 500, 150]],
  ["one of many dots an inch gets 200", [600, 300, 600], [200, 100, 200]],
  ["a strip that is longer than Tesseract takes is shrunk", [60_000, 10, undefined], [32_767, 5, undefined]],
  ["and has fewer dots an inch then", [10, 65_534, 150], [5, 32_767, 75]],
  ["a single pixel stays", [1, 1, 150], [1, 1, 150]],
] as const)("%s", (_, [width, height, dotsPerInch], size) => {
  const shrunk = recognisable(image(width, height, dotsPerInch));
  expect(sizeOf(shrunk)).toEqual(size);
  expect(new Set(shrunk.pixels)).toEqual(new Set([200]));
});

test.each([
  ["large letters are shrunk, and more so from side to side", [2000, 2000, 200], 12.5, [1360, 1600, 160]],
  ["letters that are just large enough are made narrower alone", [2000, 2000, 200], 10, [1700, 2000, 200]],
  ["not below 150 dots an inch, since others may be smaller", [2000, 2000, 200], 40, [1275, 1500, 150]],
  ["nor below half where the resolution is unknown", [2000, 2000, undefined], 40, [850, 1000, undefined]],
  ["small letters stay", [2000, 2000, 200], 8, [2000, 2000, 200]],
  ["a page of fewer dots an inch stays", [1000, 1000, 100], 40, [1000, 1000, 100]],
] as const)("%s", (_, [width, height, dotsPerInch], letterHeight, size) => {
  expect(sizeOf(barelyLegible(image(width, height, dotsPerInch), letterHeight))).toEqual(size);
});

test("what is shrunk is the mean of the area that a pixel covers", () => {
  // Columns of 0, 90, 180 by turns: each of two thirds as many covers one and a half.
  const striped = image(300, 300, 300);
  striped.pixels.forEach((_, at) => {
    striped.pixels[at] = (at % 3) * 90;
  });
  const { width, pixels } = recognisable(striped);
  expect([width, pixels.length]).toEqual([200, 200 * 200]);
  expect([...new Set(pixels)]).toEqual([30, 150]);
  expect([...pixels.subarray(0, 4)]).toEqual([30, 150, 30, 150]);
});
