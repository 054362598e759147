import { describe, expect, test } from "vitest";
import { compose, imageToPage, type Matrix, uprightToImage } from "../../../../worker/outputs/pdf/matrix.ts";
import type { QuarterTurn } from "../../../../worker/words.ts";

const at = ([a, b, c, d, e, f]: Matrix, x: number, y: number) =>
  [a * x + c * y + e, b * x + d * y + f].map((value) => Math.round(value * 1000) / 1000 + 0);

const place = { left: 0, bottom: 0, right: 600, top: 800 };
const upright = { width: 300, height: 400 };
const sideways = { width: 400, height: 300 };

describe("From an image's pixels to a page", () => {
  test.each<[string, { width: number; height: number }, Parameters<typeof imageToPage>[1], number[][]]>([
    [
      "that is shown as it is",
      upright,
      { ...place, rotate: 0 },
      [
        [0, 800],
        [600, 800],
        [0, 0],
      ],
    ],
    [
      "that is shown turned by 90°",
      sideways,
      { ...place, rotate: 90 },
      [
        [0, 0],
        [0, 800],
        [600, 0],
      ],
    ],
    [
      "that is shown upside down",
      upright,
      { ...place, rotate: 180 },
      [
        [600, 0],
        [0, 0],
        [600, 800],
      ],
    ],
    [
      "that is shown turned by 270°",
      sideways,
      { ...place, rotate: 270 },
      [
        [600, 800],
        [600, 0],
        [0, 800],
      ],
    ],
    [
      "of which a part is shown",
      upright,
      { left: 50, bottom: -20, right: 110, top: 60, rotate: 0 },
      [
        [50, 60],
        [110, 60],
        [50, -20],
      ],
    ],
    [
      "of which a part is shown turned",
      sideways,
      { left: 50, bottom: -20, right: 110, top: 60, rotate: 90 },
      [
        [50, -20],
        [50, 60],
        [110, -20],
      ],
    ],
  ])("%s", (_, size, page, [topLeft, topRight, bottomLeft]) => {
    const matrix = imageToPage(size, page as Parameters<typeof imageToPage>[1]);
    expect(at(matrix, 0, 0)).toEqual(topLeft);
    expect(at(matrix, size.width, 0)).toEqual(topRight);
    expect(at(matrix, 0, size.height)).toEqual(bottomLeft);
  });
});

describe("From an image turned upright to the image as it is seen", () => {
  // Where the upright image's top left corner was, and the next corner in reading direction.
  test.each<[QuarterTurn, number[], number[]]>([
    [0, [0, 0], [300, 0]],
    [90, [0, 400], [0, 0]],
    [180, [300, 400], [0, 400]],
    [270, [300, 0], [300, 400]],
  ])("by %d°", (turn, start, end) => {
    const matrix = uprightToImage(upright, turn);
    const width = turn % 180 === 0 ? upright.width : upright.height;
    expect(at(matrix, 0, 0)).toEqual(start);
    expect(at(matrix, width, 0)).toEqual(end);
  });
});

test("Matrices are composed in the order in which they are named", () => {
  expect(at(compose([2, 0, 0, 2, 0, 0], [1, 0, 0, 1, 10, 0]), 1, 1)).toEqual([12, 2]);
});
