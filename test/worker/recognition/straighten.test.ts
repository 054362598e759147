import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import type { Direction } from "../../../worker/recognition/direction.ts";
import { straighten } from "../../../worker/recognition/straighten.ts";

const turns: Direction["turn"][] = [0, 90, 180, 270];

const image = (rows: number[][]): GreyImage => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  pixels: Uint8Array.from(rows.flat()),
  dotsPerInch: 200,
});

const rowsOf = ({ width, height, pixels }: GreyImage) =>
  Array.from({ length: height }, (_, y) => [...pixels.subarray(y * width, (y + 1) * width)]);

/** A dot with soft edges, so that its middle is known to a fraction of a pixel. */
function withDot(width: number, height: number, [dotX, dotY]: [number, number]): GreyImage {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Math.round(240 - 200 * Math.exp(-((x + 0.5 - dotX) ** 2 + (y + 0.5 - dotY) ** 2) / 8)),
    ),
  );
  return image(rows);
}

function middleOfInk({ width, pixels }: GreyImage): [number, number] {
  let [ink, sumX, sumY] = [0, 0, 0];
  for (const [at, grey] of pixels.entries()) {
    ink += 240 - grey;
    sumX += (240 - grey) * ((at % width) + 0.5);
    sumY += (240 - grey) * (Math.floor(at / width) + 0.5);
  }
  return [sumX / ink, sumY / ink];
}

describe("a straight page", () => {
  test("stays the very same", () => {
    const page = image([[1, 2, 3]]);
    const { image: same, toPage } = straighten(page, { turn: 0, skewDegrees: 0 });
    expect(same).toBe(page);
    expect(toPage(2, 1)).toEqual([2, 1]);
  });
});

describe("a page turned by quarters", () => {
  const page = image([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test.each<[Direction["turn"], number[][]]>([
    [
      90,
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      180,
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      270,
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
  ])("by %d° is turned back pixel by pixel", (turn, rows) => {
    const { image: turned } = straighten(page, { turn, skewDegrees: 0 });
    expect(rowsOf(turned)).toEqual(rows);
    expect(turned.dotsPerInch).toBe(200);
  });

  test("has each pixel where toPage says, whatever its size", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.constantFrom(...turns), (moreWidth, moreHeight, turn) => {
        const [width, height] = [moreWidth + 1, moreHeight + 1];
        const whole = {
          ...page,
          width,
          height,
          pixels: Uint8Array.from({ length: width * height }, (_, at) => at),
        };
        const { image: turned, toPage } = straighten(whole, { turn, skewDegrees: 0 });
        expect(turned.pixels).toHaveLength(width * height);
        for (const [at, grey] of turned.pixels.entries()) {
          const [x, y] = toPage((at % turned.width) + 0.5, Math.floor(at / turned.width) + 0.5);
          expect(grey).toBe(Math.floor(y) * width + Math.floor(x));
        }
      }),
    );
  });
});

describe("a skewed page", () => {
  const lying = fc.record({
    turn: fc.constantFrom(...turns),
    skewDegrees: fc.double({ min: -12, max: 12, noNaN: true }),
  });

  test("has its ink where toPage says", () => {
    const place = fc.double({ min: 12, max: 48, noNaN: true });
    fc.assert(
      fc.property(lying, place, place, (direction, x, y) => {
        const { image: straightened, toPage } = straighten(withDot(60, 90, [x, y]), direction);
        const [foundX, foundY] = toPage(...middleOfInk(straightened));
        expect(Math.hypot(foundX - x, foundY - y)).toBeLessThan(0.2);
      }),
    );
  });

  test("loses no part of the page", () => {
    fc.assert(
      fc.property(
        lying,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 300 }),
        (direction, width, height) => {
          const page = { width, height, pixels: new Uint8Array(width * height), dotsPerInch: undefined };
          const { image: straightened, toPage } = straighten(page, direction);
          const corners = [
            toPage(0, 0),
            toPage(straightened.width, 0),
            toPage(0, straightened.height),
            toPage(straightened.width, straightened.height),
          ];
          // The page's corners lie within the straightened image, as its sides lie beyond them.
          for (const [x, y] of [
            [0, 0],
            [width, 0],
            [0, height],
            [width, height],
          ] as const) {
            expect(isWithin([x, y], corners)).toBe(true);
          }
        },
      ),
    );
  });

  test("lies level afterwards: a line skewed clockwise is turned anticlockwise", () => {
    const slope = Math.tan((5 * Math.PI) / 180);
    const rows = Array.from({ length: 100 }, (_, y) =>
      Array.from({ length: 200 }, (_, x) => (Math.abs(y - 40 - (x - 100) * slope) < 2 ? 0 : 255)),
    );
    const { image: straightened } = straighten(image(rows), { turn: 0, skewDegrees: 5 });
    const dark = rowsOf(straightened).map((row) => row.filter((grey) => grey < 128).length);
    expect(dark.filter((count) => count > 150).length).toBeGreaterThanOrEqual(3);
    expect(dark.filter((count) => count > 0).length).toBeLessThanOrEqual(6);
  });

  test("has new corners of the paper's grey", () => {
    const { image: straightened } = straighten(withDot(60, 60, [30, 30]), { turn: 0, skewDegrees: 10 });
    expect(straightened.pixels[0]).toBe(240);
    expect(straightened.pixels.at(-1)).toBe(240);
  });
});

/** In the rectangle whose corners are given from upper left to lower right, give or take a hundredth of a pixel. */
function isWithin([x, y]: [number, number], corners: [number, number][]): boolean {
  const [origin = [0, 0], right = [0, 0], down = [0, 0]] = corners;
  return [right, down].every((end) => {
    const [alongX, alongY] = [end[0] - origin[0], end[1] - origin[1]];
    const length = Math.hypot(alongX, alongY);
    const along = ((x - origin[0]) * alongX + (y - origin[1]) * alongY) / length;
    return along >= -0.01 && along <= length + 0.01;
  });
}
