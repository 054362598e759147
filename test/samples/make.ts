/** Makes the sample documents and their true text anew: npx tsx test/samples/make.ts */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { blackAndWhite, bmp, gif, jpeg, png, tiff, webp } from "./maker/images.ts";
import { breakLines, drawPage, type GrayPage, type PageOptions } from "./maker/page.ts";
import { breakPdfLines, type PdfFace, type PdfPage, pdf } from "./maker/pdf.ts";
import { rotateQuarter, type ScanOptions, scan } from "./maker/scan.ts";
import * as texts from "./maker/texts.ts";
import { type Sample, writtenSamples } from "./maker/written-samples.ts";

interface Sheet {
  image: GrayPage;
  dotsPerInch: number;
  lines: string[];
}

/** A sheet of paper that has been scanned. */
function sheet(text: string, options: PageOptions, scanOptions: ScanOptions): Sheet {
  const lines = breakLines(text, options);
  return {
    image: scan(drawPage(lines, options), scanOptions),
    dotsPerInch: options.dotsPerInch ?? 300,
    lines: options.title === undefined ? lines : [options.title, "", ...lines],
  };
}

/** `write` is one of the writers of images.ts. */
async function picture(
  { image, dotsPerInch, lines }: Sheet,
  write: (image: GrayPage, dotsPerInch: number) => Buffer | Promise<Buffer>,
): Promise<Sample> {
  return { bytes: await write(image, dotsPerInch), truth: [lines] };
}

const blackPng = (image: GrayPage, dotsPerInch: number) => png(image, dotsPerInch, 1);

function inventory(): Sample {
  const sheets = texts.houseInventory.map((text, index) =>
    sheet(text, { typeface: "serif", leading: 1.35 }, { seed: 61 + index, specks: 12 }),
  );
  const pages = sheets.map(({ image }) => blackAndWhite(image));
  return { bytes: tiff(pages, 300), truth: sheets.map(({ lines }) => lines) };
}

async function scannedPdf(): Promise<Sample> {
  const [first, second] = texts.wellReport;
  const black = sheet(first, { typeface: "serif" }, { seed: 71, specks: 12 });
  const gray = sheet(second, { typeface: "serif", dotsPerInch: 200 }, { seed: 72, noise: 2 });
  const pages = [faxPage(black), await jpegPage(gray)];
  return { bytes: await pdf(pages, "Wells of the upper valley"), truth: [black.lines, gray.lines] };
}

const faxPage = ({ image, dotsPerInch }: Sheet): PdfPage => ({
  kind: "group4",
  image: blackAndWhite(image),
  dotsPerInch,
});

const jpegPage = async ({ image, dotsPerInch }: Sheet): Promise<PdfPage> => ({
  kind: "jpeg",
  bytes: await jpeg(image, dotsPerInch),
  dotsPerInch,
});

const textPage = async (text: string, face: PdfFace) => ({
  kind: "text" as const,
  face,
  lines: await breakPdfLines(text, face),
});

async function textPdf(): Promise<Sample> {
  const pages = await Promise.all(texts.weatherHandbook.map((text) => textPage(text, "times")));
  return {
    bytes: await pdf(pages, "Handbook for weather observers"),
    truth: pages.map(({ lines }) => lines),
  };
}

async function mixedPdf(): Promise<Sample> {
  const [opening, letter, decision] = texts.museumFile;
  const first = await textPage(opening, "helvetica");
  const second = sheet(letter, { typeface: "serif" }, { seed: 81, specks: 12 });
  const third = await textPage(decision, "helvetica");
  return {
    bytes: await pdf([first, faxPage(second), third], "Acquisition file 1187"),
    truth: [first.lines, second.lines, third.lines],
  };
}

function rotated(): Promise<Sample> {
  const upright = sheet(texts.orchardRecord, { typeface: "serif" }, { seed: 91, specks: 12 });
  return picture({ ...upright, image: rotateQuarter(upright.image) }, blackPng);
}

const twoColumns: PageOptions = {
  paper: "a4",
  points: 11,
  columns: 2,
  title: texts.marketNews.title,
};

const samples: Record<string, () => Sample | Promise<Sample>> = {
  "letter.png": () => picture(sheet(texts.lighthouseLetter, {}, { seed: 11, specks: 12 }), blackPng),
  "minutes.jpg": () =>
    picture(
      sheet(texts.gardenMinutes, { typeface: "typewriter", dotsPerInch: 250 }, { seed: 21, noise: 3 }),
      jpeg,
    ),
  "notice.webp": () =>
    picture(sheet(texts.ferryNotice, { typeface: "sans", dotsPerInch: 250 }, { seed: 31 }), webp),
  "ticket.bmp": () =>
    picture(
      sheet(
        texts.cloakroomTicket,
        { paper: "a6", typeface: "sans", margin: 12, dotsPerInch: 200 },
        { seed: 41 },
      ),
      bmp,
    ),
  "memorandum.gif": () =>
    picture(sheet(texts.bridgeMemorandum, { typeface: "typewriter" }, { seed: 51, noise: 2 }), gif),
  "inventory.tif": inventory,
  "scanned.pdf": scannedPdf,
  "text.pdf": textPdf,
  "mixed.pdf": mixedPdf,
  "rotated-90.png": rotated,
  "skewed-2-degrees.png": () =>
    picture(sheet(texts.tramRules, { typeface: "sans" }, { seed: 101, degrees: 2, specks: 12 }), blackPng),
  "two-columns.png": () =>
    picture(sheet(texts.marketNews.body, twoColumns, { seed: 111, specks: 20 }), blackPng),
  "letters/1912/harbour office + owner.png": () =>
    picture(sheet(texts.harbourLetter, { typeface: "serif" }, { seed: 121, specks: 12 }), blackPng),
  "letters/1912/lamp-oil.jpg": () =>
    picture(sheet(texts.oilLetter, { typeface: "serif", dotsPerInch: 200 }, { seed: 131, noise: 3 }), jpeg),
  "letters/1913/books.png": () =>
    picture(sheet(texts.thanksLetter, { typeface: "serif" }, { seed: 141, specks: 12 }), blackPng),
};

const textOf = (lines: string[]) => `${lines.map((line) => line.trim()).join("\n")}\n`;

async function write(
  folder: "documents" | "truth",
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const path = join(import.meta.dirname, folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

for (const folder of ["documents", "truth"]) {
  await rm(join(import.meta.dirname, folder), { recursive: true, force: true });
}
for (const [key, make] of Object.entries({ ...samples, ...writtenSamples })) {
  const { bytes, truth } = await make();
  await write("documents", key, bytes);
  await write("truth", `${key}.txt`, truth.map(textOf).join("\f"));
  console.log(`${key}: ${bytes.length} bytes`);
}
