import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openDocument } from "../../worker/formats/open.ts";
import type { PageReading } from "../../worker/ocr-messages.ts";
import { writeComposedPdf } from "../../worker/outputs/pdf/composed-pdf.ts";
import { temporaryFolder } from "./folders.ts";
import { limits } from "./opened.ts";

/** The PDF that is made of a document of which that was read. */
export async function composed(bytes: Uint8Array, readings: PageReading[]): Promise<Buffer> {
  const opening = await openDocument(Buffer.from(bytes), { limits, pdfPages: "auto" });
  if (opening.outcome === "refused") throw new Error(opening.message);
  const output = join(await temporaryFolder(), "composed.pdf");
  await writeComposedPdf(opening.document, readings, output);
  opening.document.close();
  return readFile(output);
}

/** A page on which nothing was found. */
export const blankReading = (page: number, size: { width: number; height: number }): PageReading => ({
  page,
  outcome: "recognised",
  text: "",
  confidence: 0,
  words: { ...size, dotsPerInch: undefined, turn: 0, lines: [] },
});
