import { fileURLToPath } from "node:url";
import { createCanvas, GlobalFonts, type SKRSContext2D } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { textDirection } from "../../../worker/recognition/direction.ts";
import { glyphBoxes } from "../../../worker/recognition/glyph-boxes.ts";
import type { GrayPage, PageOptions } from "../../samples/maker/page.ts";
import type { ScanOptions } from "../../samples/maker/scan.ts";
import { petition } from "../../samples/maker/written-texts.ts";
import { type Lie, laidDown, pageOfProse } from "../../support/lying-pages.ts";
import { seededRandom } from "../../support/random.ts";

const lies: Lie[] = [
  { skewDegrees: 0 },
  { skewDegrees: 2 },
  { turn: 90, skewDegrees: -7.3 },
  { turn: 270, skewDegrees: 0 },
];

const straight = { turn: 0, skewDegrees: 0 };

function expectFound(image: GreyImage, { turn = 0, skewDegrees = 0 }: Lie, fullTurn = 360): void {
  const found = textDirection(glyphBoxes(image));
  expect(found.turn % fullTurn).toBe(turn % fullTurn);
  expect(Math.abs(found.skewDegrees - skewDegrees)).toBeLessThan(0.15);
}

/** Letters that rise and sink as often, and digits, do not tell which way up they are. */
const halfTurn = 180;

describe("a page of text", () => {
  const { page } = pageOfProse();

  test.each([-11, -10, -6.3, -3, -1, -0.4, 0.5, 1.7, 2, 4.15, 8, 10, 11])(
    "is found skewed by %d°",
    (skewDegrees) => {
      expectFound(laidDown(page, { skewDegrees }), { skewDegrees });
    },
  );

  test.each([
    [90, 0],
    [90, -10],
    [90, 2.5],
    [180, 0],
    [180, -4],
    [180, 10],
    [270, 0],
    [270, -1.2],
    [270, 10],
  ])("is found turned by %d° and skewed by %d°", (turn, skewDegrees) => {
    expectFound(laidDown(page, { turn, skewDegrees }), { turn, skewDegrees });
  });

  test.each([-0.2, 0, 0.2])("is left alone when skewed by %d° only", (skewDegrees) => {
    expect(textDirection(glyphBoxes(laidDown(page, { skewDegrees })))).toEqual(straight);
  });
});

const layouts: [string, PageOptions & { lines?: number }][] = [
  ["small print in two columns", { points: 8, columns: 2 }],
  ["print as small as 6 points", { points: 6, columns: 2 }],
  ["typewriting", { typeface: "typewriter", leading: 1.2 }],
  ["one line", { lines: 1 }],
  ["three lines", { lines: 3 }],
  ["large type", { points: 32 }],
  ["few dots per inch", { dotsPerInch: 100 }],
  ["many dots per inch", { dotsPerInch: 300 }],
];

describe.each(layouts)("%s", (_, options) => {
  const { page } = pageOfProse({ paper: "a5", margin: 20, ...options });

  test.each(lies)("is found at %o", (lie) => expectFound(laidDown(page, lie), lie));
});

const scans: [string, Partial<ScanOptions> & Lie][] = [
  ["much noise", { noise: 50, blur: 1 }],
  ["specks", { specks: 1500 }],
  ["faint ink", { ink: 205 }],
  ["one bit a pixel", { isBilevel: true }],
];

describe.each(scans)("a scan with %s", (_, scanned) => {
  const { page } = pageOfProse({ paper: "a5", margin: 20 });

  test.each(lies)("is found at %o", (lie) => expectFound(laidDown(page, { ...scanned, ...lie }), lie));
});

describe("a page that is not text alone", () => {
  const { page } = pageOfProse({ paper: "a5", margin: 20 });
  const { width, height } = page;
  const pages: [string, GrayPage][] = [
    [
      "a picture over half of it",
      {
        ...page,
        gray: page.gray.map((grey, at) =>
          at < page.gray.length / 2 ? photograph(at % width, Math.floor(at / width)) : grey,
        ),
      },
    ],
    ["a frame and rules up and across", draw(width, height, rules, page)],
    [
      "a shadow",
      { ...page, gray: page.gray.map((grey, at) => grey * (0.25 + (0.75 * (at % width)) / width)) },
    ],
  ];

  test.each(pages.flatMap(([name, drawn]) => lies.map((lie) => [name, lie, drawn] as const)))(
    "but with %s is found at %o",
    (_, lie, drawn) => expectFound(laidDown(drawn, lie), lie),
  );

  test.each(lies)("but a table of numbers in far columns is found at %o", (lie) =>
    expectFound(laidDown(draw(width, height, tableOfNumbers), lie), lie, halfTurn),
  );

  test.each(lies)("but Russian is found at %o", (lie) =>
    expectFound(laidDown(draw(width, height, russian), lie), lie, halfTurn),
  );
});

describe("an image without lines of text is left as it is", () => {
  const [width, height] = [827, 1169];
  const random = seededRandom(1);
  const filled = (across: number, down: number, grey: (x: number, y: number) => number): GreyImage => ({
    width: across,
    height: down,
    pixels: Uint8Array.from({ length: across * down }, (_, at) => grey(at % across, Math.floor(at / across))),
    dotsPerInch: undefined,
  });
  const drawn = (paint: (context: SKRSContext2D) => void) => laidDown(draw(width, height, paint), {});

  test.each<[string, GreyImage]>([
    ["without a pixel", filled(0, 0, () => 0)],
    ["of one pixel", filled(1, 1, () => 0)],
    ["60,000 pixels wide", filled(60_000, 10, () => random() * 255)],
    ["60,000 pixels high", filled(10, 60_000, () => random() * 255)],
    ["all white", filled(width, height, () => 255)],
    ["all dark", filled(width, height, () => 12 + random() * 20)],
    ["of paper", filled(width, height, () => 225 + random() * 20)],
    ["of noise", filled(width, height, () => random() * 255)],
    ["of pepper", filled(width, height, () => (random() < 0.05 ? 0 : 255))],
    ["a photograph", filled(width, height, photograph)],
    [
      "a photograph of two inks",
      filled(width, height, (x, y) => (photograph(x, y) > random() * 255 ? 255 : 0)),
    ],
    [
      "a photograph, screened",
      filled(width, height, (x, y) => (photograph(x, y) > 40 + screen(x, y) * 150 ? 255 : 0)),
    ],
    ["an empty table", drawn(rules)],
    ["an empty table, skewed", laidDown(draw(width, height, rules), { skewDegrees: 4 })],
    [
      "rules up the page",
      drawn((context) => Array.from({ length: 30 }, (_, at) => context.fillRect(40 + at * 25, 60, 3, 1000))),
    ],
    ["scribbles", drawn((context) => scribble(context, random, width, height))],
    [
      "scattered dots",
      drawn((context) =>
        Array.from({ length: 300 }, () => context.fillRect(random() * width, random() * height, 6, 8)),
      ),
    ],
  ])("%s", (_, image) => {
    expect(textDirection(glyphBoxes(image))).toEqual(straight);
  });
});

function draw(
  width: number,
  height: number,
  paint: (context: SKRSContext2D) => void,
  under?: GrayPage,
): GrayPage {
  const context = createCanvas(width, height).getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = context.strokeStyle = "black";
  paint(context);
  const { data } = context.getImageData(0, 0, width, height);
  const gray = Uint8Array.from({ length: width * height }, (_, at) =>
    Math.min(data[at * 4] ?? 0, under?.gray[at] ?? 255),
  );
  return { width, height, gray };
}

function rules(context: SKRSContext2D): void {
  const { width, height } = context.canvas;
  for (let x = 0.15; x <= 0.86; x += 0.1) context.fillRect(x * width, 0.1 * height, 3, 0.8 * height);
  for (let y = 0.1; y <= 0.91; y += 0.04) context.fillRect(0.15 * width, y * height, 0.7 * width, 3);
}

/** Digits stand closer to those below them than the columns are to each other. */
function tableOfNumbers(context: SKRSContext2D): void {
  const { width, height } = context.canvas;
  context.font = `26px "${registeredFont("source-sans-3", "latin")}"`;
  const random = seededRandom(2);
  for (let y = 0.15; y <= 0.85; y += 0.025) {
    for (let x = 0.15; x <= 0.8; x += 0.2)
      context.fillText(String(100 + Math.floor(random() * 900)), x * width, y * height);
  }
}

function russian(context: SKRSContext2D): void {
  const { width, height } = context.canvas;
  context.font = `30px "${registeredFont("pt-serif", "cyrillic")}"`;
  const words = petition.join(" ").split(" ");
  for (let line = 0; line < 20; line++) {
    const from = (line * 6) % (words.length - 6);
    context.fillText(
      words.slice(from, from + 6).join(" "),
      0.15 * width,
      (0.15 + line * 0.035) * height,
      0.7 * width,
    );
  }
}

function registeredFont(name: string, subset: string): string {
  const family = `direction ${name} ${subset}`;
  const url = import.meta.resolve(`@fontsource/${name}/files/${name}-${subset}-400-normal.woff2`);
  if (!GlobalFonts.registerFromPath(fileURLToPath(url), family)) throw new Error(`no font ${url}`);
  return family;
}

function scribble(context: SKRSContext2D, random: () => number, width: number, height: number): void {
  context.lineWidth = 3;
  for (let stroke = 0; stroke < 150; stroke++) {
    let [x, y] = [random() * width, random() * height];
    context.beginPath();
    context.moveTo(x, y);
    for (let bend = 0; bend < 10; bend++) {
      [x, y] = [x + random() * 40 - 20, y + random() * 40 - 20];
      context.lineTo(x, y);
    }
    context.stroke();
  }
}

/** Waves of many lengths and directions. */
const waves = ((random) =>
  Array.from({ length: 14 }, (_, at) => {
    const length = 500 * 0.72 ** at;
    const direction = random() * Math.PI;
    return {
      across: (Math.cos(direction) * 2 * Math.PI) / length,
      down: (Math.sin(direction) * 2 * Math.PI) / length,
      phase: random() * 7,
      height: 55 * 0.8 ** at,
    };
  }))(seededRandom(3));

function photograph(x: number, y: number): number {
  const grey = waves.reduce(
    (sum, { across, down, phase, height }) => sum + height * Math.sin(across * x + down * y + phase),
    128,
  );
  return Math.max(0, Math.min(255, grey));
}

/** The dots of a printed picture, at 15°: from 0 to 1. */
function screen(x: number, y: number): number {
  const [along, beside] = [0.966 * x + 0.259 * y, 0.966 * y - 0.259 * x];
  return 0.5 + 0.5 * Math.cos(along * 0.7) * Math.cos(beside * 0.7);
}
