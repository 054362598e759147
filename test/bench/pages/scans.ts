/** Pages as scanners make them: A4 at 300 dots an inch, filled with text unless it is a letter. */
import sharp from "sharp";
import { blackAndWhite, jpeg } from "../../samples/maker/images.ts";
import { breakLines, drawPage, type GrayPage, type PageOptions, papers } from "../../samples/maker/page.ts";
import type { PdfPage } from "../../samples/maker/pdf.ts";
import { rotateQuarter, type ScanOptions, scan } from "../../samples/maker/scan.ts";
import { prose } from "./prose.ts";

export const dotsPerInch = 300;

export interface Sheet {
  drawn: GrayPage;
  lines: string[];
}

/** Lines from the top margin to the bottom one in every column. */
export function denseSheet(seed: number, options: PageOptions): Sheet {
  const { points = 11, leading = 1.4, margin = 18, columns = 1, title } = options;
  const full = { ...options, paper: "a4" as const, points, leading, margin, columns, dotsPerInch };
  const heightPoints = ((papers.a4[1] - 2 * margin) * 72) / 25.4;
  const linesAColumn = Math.floor(heightPoints / (points * leading)) - (title === undefined ? 0 : 3);
  const lines = breakLines(prose(seed, 1600), full).slice(0, linesAColumn * columns);
  return {
    drawn: drawPage(lines, full),
    lines: title === undefined ? lines : [title, "", ...lines],
  };
}

/** A few lines at the top of a page. */
export function shortSheet(seed: number, { title: _untitled, ...options }: PageOptions): Sheet {
  const full = { ...options, paper: "a4" as const, dotsPerInch };
  const lines = breakLines(`Dear Madam,\n\n${prose(seed, 50)}\n\nYours truly,\nHenry Vale`, full);
  return { drawn: drawPage(lines, full), lines };
}

export function fax({ drawn }: Sheet, seed: number, quarterTurns = 0): PdfPage {
  let image = scan(drawn, { seed, specks: 20 });
  for (let turn = 0; turn < quarterTurns; turn++) image = rotateQuarter(image);
  return { kind: "group4", image: blackAndWhite(image), dotsPerInch };
}

/** What light and age do to a page; `fallOff` is the share of the light that is missing at the right edge. */
export interface Damage extends ScanOptions {
  fallOff?: number;
}

export function damaged({ drawn }: Sheet, { fallOff = 0, ...options }: Damage): GrayPage {
  const page = scan(drawn, options);
  const gray = page.gray.map((value, at) =>
    Math.round(value * (1 - fallOff) ** ((at % page.width) / page.width)),
  );
  return { ...page, gray };
}

const quality = 75;

export async function grayJpeg(page: GrayPage): Promise<PdfPage> {
  return { kind: "jpeg", bytes: await jpeg(page, dotsPerInch, quality), dotsPerInch };
}

/** Yellowed paper, blue-black ink. */
export async function colourJpeg({ width, height, gray }: GrayPage): Promise<PdfPage> {
  const tint = (dark: number, light: number) =>
    Uint8Array.from({ length: 256 }, (_, value) => Math.round(dark + (value / 255) * (light - dark)));
  const colours = new Uint8Array(width * height * 3);
  for (const [channel, tinted] of [tint(4, 255), tint(8, 245), tint(40, 214)].entries()) {
    for (let at = 0; at < gray.length; at++) colours[at * 3 + channel] = tinted[gray[at] ?? 0] ?? 0;
  }
  const bytes = await sharp(colours, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { kind: "jpeg", bytes, dotsPerInch };
}
