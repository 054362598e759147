/**
 * The sets of documents that the benchmarks read: made pages with known text, each set of one kind of page.
 * The same call makes the same bytes.
 */
import { blackAndWhite, jpeg, png, tiff } from "../../samples/maker/images.ts";
import type { PageOptions } from "../../samples/maker/page.ts";
import { breakPdfLines, type PdfFace, type PdfPage, pdf } from "../../samples/maker/pdf.ts";
import { scan } from "../../samples/maker/scan.ts";
import { prose } from "./prose.ts";
import { realPages, realScans } from "./real.ts";
import {
  colourJpeg,
  type Damage,
  damaged,
  denseSheet,
  dotsPerInch,
  fax,
  grayJpeg,
  type Sheet,
  shortSheet,
} from "./scans.ts";

export interface BenchDocument {
  name: string;
  bytes: Uint8Array;
  /** The pages' text, parted by form feeds. */
  truth: string;
}

/** 500 to 1,000 words a page. */
const denseLayouts: PageOptions[] = [
  { typeface: "serif", points: 9, columns: 2 },
  { typeface: "serif", points: 10 },
  { typeface: "serif", points: 12, title: "The Wells of the Valley" },
  { typeface: "sans", points: 9, columns: 2, title: "Notes from the Market" },
  { typeface: "sans", points: 11 },
  { typeface: "typewriter", points: 10 },
  { typeface: "serif", points: 11, columns: 2 },
];
const grayLayouts = denseLayouts.slice(0, 6);

/**
 * Tuned against ocrmypdf 14.0.1, which loses about half of the shaded page and all of the faint and of the
 * low-contrast one; it reads the speckled and the skewed one with few errors.
 */
const damages: Record<string, Damage> = {
  shaded: { seed: 501, noise: 4, fallOff: 0.85 },
  speckled: { seed: 502, specks: 4_000 },
  "low-contrast": { seed: 503, noise: 8, ink: 195, paper: 225 },
  faint: { seed: 504, noise: 10, ink: 195, paper: 240 },
  "skewed-2-degrees-noisy": { seed: 505, noise: 18, degrees: 2 },
};

export const sets: Record<string, () => Promise<BenchDocument[]>> = {
  clean: () =>
    Promise.all(denseSheets(100).map((sheet, index) => scanned(index, sheet, fax(sheet, 100 + index)))),
  rotated: () =>
    Promise.all(
      denseSheets(100).map((sheet, index) => scanned(index, sheet, fax(sheet, 100 + index, (index + 1) % 4))),
    ),
  gray: () => noisy(grayJpeg),
  colour: () => noisy(colourJpeg),
  short: () =>
    Promise.all(
      grayLayouts.map((layout, index) => {
        const sheet = shortSheet(300 + index, { ...layout, columns: 1 });
        return scanned(index, sheet, fax(sheet, 300 + index));
      }),
    ),
  text: () => Promise.all(Array.from({ length: 6 }, (_, index) => typed(index))),
  hard: () =>
    Promise.all(
      Object.entries(damages).map(async ([name, damage], index) => {
        const sheet = denseSheet(500 + index, { typeface: "serif", points: 11 });
        return scanned(name, sheet, await grayJpeg(damaged(sheet, damage)));
      }),
    ),
  real: realPages,
  images: pictures,
  "real-images": realScans,
};

const denseSheets = (seed: number) => denseLayouts.map((layout, index) => denseSheet(seed + index, layout));

function noisy(encode: typeof grayJpeg): Promise<BenchDocument[]> {
  return Promise.all(
    grayLayouts.map(async (layout, index) => {
      const sheet = denseSheet(200 + index, layout);
      return scanned(index, sheet, await encode(damaged(sheet, { seed: 200 + index, noise: 8 })));
    }),
  );
}

async function scanned(name: string | number, { lines }: Sheet, page: PdfPage): Promise<BenchDocument> {
  return { name: `${name}.pdf`, bytes: await pdf([page], String(name)), truth: lines.join("\n") };
}

async function typed(index: number): Promise<BenchDocument> {
  const face: PdfFace = index % 2 === 0 ? "times" : "helvetica";
  const linesAPage = 46;
  const lines = await breakPdfLines(prose(400 + index, 1500), face);
  const pages = [0, 1, 2].map((page) => lines.slice(page * linesAPage, (page + 1) * linesAPage));
  return {
    name: `${index}.pdf`,
    bytes: await pdf(
      pages.map((lines) => ({ kind: "text", face, lines })),
      `Typed ${index}`,
    ),
    truth: pages.map((lines) => lines.join("\n")).join("\f"),
  };
}

function pictures(): Promise<BenchDocument[]> {
  const page = (sheet: Sheet, seed: number) => scan(sheet.drawn, { seed, noise: 6 });
  const writers: [extension: string, write: (sheet: Sheet, seed: number) => Buffer | Promise<Buffer>][] = [
    ["png", (sheet, seed) => png(page(sheet, seed), dotsPerInch, 1)],
    ["tif", (sheet, seed) => tiff([blackAndWhite(page(sheet, seed))], dotsPerInch)],
    ["jpg", (sheet, seed) => jpeg(page(sheet, seed), dotsPerInch)],
  ];
  return Promise.all(
    grayLayouts.map(async (layout, index) => {
      const sheet = denseSheet(600 + index, layout);
      const [extension, write] = writers[index % writers.length] as (typeof writers)[number];
      const bytes = await write(sheet, 600 + index);
      return { name: `${index}.${extension}`, bytes, truth: sheet.lines.join("\n") };
    }),
  );
}
