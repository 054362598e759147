import { PDFDocument, type PDFFont, type PDFPage, StandardFonts } from "@cantoo/pdf-lib";
import { type Bilevel, encodeGroup4 } from "./fax.ts";
import { papers, wrap } from "./page.ts";

export interface TextPage {
  kind: "text";
  lines: string[];
  face: PdfFace;
}

export type PdfPage = TextPage | { kind: "group4"; image: Bilevel; dotsPerInch: number } | JpegPage;

export interface JpegPage {
  kind: "jpeg";
  bytes: Uint8Array;
  dotsPerInch: number;
}

export type PdfFace = "times" | "helvetica";

const date = new Date("2001-02-03T04:05:06Z");
const pointsPerMillimetre = 72 / 25.4;
const textSize = 11;
const lineHeight = 15;
const margin = 25 * pointsPerMillimetre;
const [paperWidth, paperHeight] = papers.a4.map((side) => side * pointsPerMillimetre) as [number, number];

const fontNames = { times: StandardFonts.TimesRoman, helvetica: StandardFonts.Helvetica };

/** Breaks text into the lines of an A4 page of real text. */
export async function breakPdfLines(text: string, face: PdfFace): Promise<string[]> {
  const font = await (await PDFDocument.create()).embedFont(fontNames[face]);
  return wrap(text, paperWidth - 2 * margin, (line) => font.widthOfTextAtSize(line, textSize));
}

export async function pdf(pages: PdfPage[], title: string): Promise<Buffer> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setTitle(title);
  document.setCreator("Textmill samples");
  document.setProducer("Textmill samples");
  document.setCreationDate(date);
  document.setModificationDate(date);
  for (const page of pages) await addPage(document, page);
  return Buffer.from(await document.save());
}

async function addPage(document: PDFDocument, page: PdfPage): Promise<void> {
  if (page.kind === "text") {
    const font = await document.embedFont(fontNames[page.face]);
    drawText(document.addPage([paperWidth, paperHeight]), page.lines, font);
  } else if (page.kind === "group4") addGroup4(document, page.image, page.dotsPerInch);
  else await addJpeg(document, page);
}

function drawText(page: PDFPage, lines: string[], font: PDFFont): void {
  let y = paperHeight - margin;
  for (const line of lines) {
    const text = line.trimStart();
    const x = margin + ((line.length - text.length) * textSize) / 2;
    if (text !== "") page.drawText(text, { x, y, size: textSize, font });
    y -= lineHeight;
  }
}

async function addJpeg(document: PDFDocument, { bytes, dotsPerInch }: JpegPage): Promise<void> {
  const image = await document.embedJpg(bytes);
  const size = { width: (image.width * 72) / dotsPerInch, height: (image.height * 72) / dotsPerInch };
  document.addPage([size.width, size.height]).drawImage(image, { x: 0, y: 0, ...size });
}

function addGroup4(document: PDFDocument, image: Bilevel, dotsPerInch: number): void {
  const { context } = document;
  const xObject = context.register(
    context.stream(encodeGroup4(image), {
      Type: "XObject",
      Subtype: "Image",
      Width: image.width,
      Height: image.height,
      BitsPerComponent: 1,
      ColorSpace: "DeviceGray",
      Filter: "CCITTFaxDecode",
      DecodeParms: { K: -1, Columns: image.width, Rows: image.height },
    }),
  );
  const width = (image.width * 72) / dotsPerInch;
  const height = (image.height * 72) / dotsPerInch;
  const page = document.addPage([width, height]);
  const name = page.node.newXObject("Scan", xObject);
  const content = context.flateStream(`q ${width} 0 0 ${height} 0 0 cm ${name} Do Q`);
  page.node.addContentStream(context.register(content));
}
