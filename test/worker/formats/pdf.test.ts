import * as pdfLib from "@cantoo/pdf-lib";
import { PDFDocument, type PDFFont, type PDFPage, StandardFonts, TextRenderingMode } from "@cantoo/pdf-lib";
import { describe, expect, it } from "vitest";
import type { PdfPages } from "../../../worker/contract.ts";
import { openDocument } from "../../../worker/formats/open.ts";
import type { PageContent } from "../../../worker/formats/page.ts";
import { png } from "../../samples/maker/images.ts";
import { drawPage } from "../../samples/maker/page.ts";
import { limits } from "../../support/opened.ts";

interface Made {
  document: PDFDocument;
  page: PDFPage;
  font: PDFFont;
}

const sentence = "The keeper of the lamp wrote down each ship that passed the cape before the fog came in. ";

/** A page of a PDF as `draw` makes it, read. */
async function readPage(
  draw: (made: Made) => void | Promise<void>,
  pdfPages: PdfPages = "auto",
): Promise<PageContent> {
  const document = await PDFDocument.create();
  const made = {
    document,
    page: document.addPage([300, 400]),
    font: await document.embedFont(StandardFonts.Helvetica),
  };
  await draw(made);
  const opening = await openDocument(Buffer.from(await document.save()), { limits, pdfPages });
  if (opening.outcome === "refused") throw new Error(opening.message);
  try {
    return await opening.document.page(0);
  } finally {
    opening.document.close();
  }
}

const write =
  (text: string) =>
  ({ page, font }: Made) =>
    page.drawText(text, { x: 10, y: 380, size: 6, font, maxWidth: 280 });

async function scan({ document, page }: Made): Promise<void> {
  const image = await document.embedPng(png(drawPage(["A scan"], { paper: "a6", dotsPerInch: 100 }), 100, 8));
  page.drawImage(image, { x: 0, y: 0, width: 300, height: 400 });
}

function writeInvisibly(text: string) {
  return (made: Made) => {
    made.page.pushOperators(pdfLib.setTextRenderingMode(TextRenderingMode.Invisible));
    write(text)(made);
  };
}

const both =
  (...draw: ((made: Made) => void | Promise<void>)[]) =>
  async (made: Made) => {
    for (const one of draw) await one(made);
  };

const typed = write(sentence);
const earlierOcr = both(scan, writeInvisibly(sentence.repeat(4)));

describe("what counts as text of a PDF's page", () => {
  it.each([
    ["typed text", typed, { outcome: "text", isEarlierOcr: false }],
    ["nothing but a scan", scan, { outcome: "image" }],
    ["a scan with a stamp", both(scan, write("Bates 000123")), { outcome: "image" }],
    [
      "a picture under a whole page of typed text",
      both(scan, write(sentence.repeat(4))),
      { outcome: "text" },
    ],
    ["a scan under the layer of an earlier OCR", earlierOcr, { outcome: "text", isEarlierOcr: true }],
    ["an empty page", () => {}, { outcome: "image" }],
  ])("%s", async (_, draw, expected) => {
    expect(await readPage(draw)).toMatchObject(expected);
  });
});

describe("pdf-pages", () => {
  it.each([
    ["force", "typed text", typed, { outcome: "image" }],
    ["force", "the layer of an earlier OCR", earlierOcr, { outcome: "image" }],
    ["text-only", "typed text", typed, { outcome: "text", isEarlierOcr: false }],
    ["text-only", "a scan", scan, { outcome: "text", text: "" }],
  ] as const)("%s: %s", async (pdfPages, _, draw, expected) => {
    expect(await readPage(draw, pdfPages)).toMatchObject(expected);
  });
});
