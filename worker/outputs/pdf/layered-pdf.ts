import { closeSync, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { type Refusal, refuse } from "../../formats/page.ts";
import type { Pdfium } from "../../formats/pdf.ts";
import type { PageReadings } from "../source.ts";
import { characterCodes } from "./character-codes.ts";
import { addFont } from "./composite-font.ts";
import { glyphlessFont } from "./glyphless-font.ts";
import { inPdfium, writtenAnew } from "./in-pdfium.ts";
import { imageToPage } from "./matrix.ts";
import type { OriginalPdf } from "./original-pdf.ts";
import { type PdfFile, pdfUpdate } from "./pdf-file.ts";
import { textLayer } from "./text-layer.ts";

interface Layering {
  pdfium: Pdfium;
  pages: number;
  /** Called for each try. */
  readings: () => PageReadings;
  /** The path to write to. */
  output: string;
}

/**
 * A PDF with a text layer on each page that was recognised. All of its bytes stay as they are, and an update is put
 * behind them; only where that cannot be (the PDF is damaged or encrypted), it goes behind the PDF as PDFium writes it.
 */
export async function writeLayeredPdf(
  bytes: Uint8Array,
  layering: Layering,
): Promise<{ outcome: "written" } | Refusal> {
  if (await layered(bytes, layering)) return { outcome: "written" };
  const anew = writtenAnew(layering.pdfium, bytes);
  if (anew && (await layered(anew, layering))) return { outcome: "written" };
  return refuse(
    "corrupt",
    "The pages of the PDF can be read, but it is too damaged to be written with their text.",
  );
}

async function layered(bytes: Uint8Array, layering: Layering): Promise<boolean> {
  const { readOriginal } = await import("./original-pdf.ts");
  const original = await readOriginal(bytes);
  if (original?.pages.length !== layering.pages) return false;
  const descriptor = openSync(layering.output, "w");
  const shown = await writeUpdate(descriptor, bytes, original, layering.readings()).finally(() =>
    closeSync(descriptor),
  );
  return isIntact(layering.pdfium, bytes, await readFile(layering.output), shown);
}

/** Returns how often the layer of each page, by its index, shows a text. */
async function writeUpdate(
  descriptor: number,
  bytes: Uint8Array,
  original: OriginalPdf,
  readings: PageReadings,
): Promise<Map<number, number>> {
  writeAll(descriptor, bytes);
  const shown = new Map<number, number>();
  const codes = characterCodes();
  let update: { file: PdfFile; font: number } | undefined;
  for await (const reading of readings) {
    const page = original.pages[reading.page - 1];
    if (page === undefined || reading.outcome !== "recognised") continue;
    const toPage = imageToPage(reading.words, page.place);
    const layer = textLayer(reading.words, toPage, codes, page.freeFontName);
    if (layer === "") continue;
    update ??= beginUpdate(descriptor, original);
    const content = update.file.addStream("/Filter/FlateDecode", deflateSync(layer));
    update.file.add(page.withLayer(content, update.font), page.number);
    shown.set(reading.page - 1, layer.match(/ Tj/g)?.length ?? 0);
  }
  if (update === undefined) return shown;
  addFont(update.file, update.font, glyphlessFont, codes);
  update.file.end(original.trailerEntries);
  return shown;
}

function beginUpdate(descriptor: number, { earlier }: OriginalPdf): { file: PdfFile; font: number } {
  const file = pdfUpdate(descriptor, earlier);
  return { file, font: file.reserve() };
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

// --- Proof -----------------------------------------------------------------------------------

/**
 * Whether PDFium finds the pages as they were, with the layers on them and nothing else. A PDF can be read in more than
 * one way (as its tables say, or from its start), and the way of the library may have found older pages.
 */
function isIntact(
  pdfium: Pdfium,
  original: Uint8Array,
  written: Uint8Array,
  shown: Map<number, number>,
): boolean {
  const pages = [...shown.keys()];
  const before = inPdfium(pdfium, original, (document) => shapesOf(pdfium, document, pages));
  const after = inPdfium(pdfium, written, (document) => shapesOf(pdfium, document, pages));
  return (
    before !== undefined &&
    before.pages === after?.pages &&
    before.shapes.every((shape, at) => {
      const layered = after.shapes[at];
      const objects = shape.objects + (shown.get(pages[at] ?? -1) ?? 0);
      return shape.size === layered?.size && objects === layered.objects;
    })
  );
}

function shapesOf(pdfium: Pdfium, document: number, pages: number[]) {
  const shapes = pages.map((index) => {
    const page = pdfium.FPDF_LoadPage(document, index);
    const size = `${pdfium.FPDF_GetPageWidthF(page)} ${pdfium.FPDF_GetPageHeightF(page)}`;
    const objects = pdfium.FPDFPage_CountObjects(page);
    pdfium.FPDF_ClosePage(page);
    return { size, objects };
  });
  return { pages: pdfium.FPDF_GetPageCount(document), shapes };
}
