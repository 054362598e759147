import { readFile } from "node:fs/promises";
import { documentPath } from "../../document-files.ts";
import { loadedPdfium } from "../../formats/libraries.ts";
import { openDocument } from "../../formats/open.ts";
import type { WriteOutputs } from "../../ocr-messages.ts";
import type { PageReadings } from "../source.ts";
import type { Writing } from "../write.ts";
import { writeComposedPdf } from "./composed-pdf.ts";
import { withoutInvisibleText } from "./forced-pages.ts";
import { writeLayeredPdf } from "./layered-pdf.ts";

/** A PDF in which all text of the document can be found and selected, looking as the document looks. */
export async function writePdf(
  { folder, format, pages, settings }: WriteOutputs,
  readings: () => PageReadings,
  output: string,
): Promise<Writing> {
  const bytes = await readFile(documentPath(folder));
  if (format === "pdf") {
    const pdfium = await loadedPdfium();
    const pdf = settings.pdfPages === "force" ? withoutInvisibleText(pdfium, bytes) : bytes;
    return writeLayeredPdf(pdf, { pdfium, pages, readings, output });
  }
  const opening = await openDocument(bytes, settings);
  if (opening.outcome === "refused") return opening;
  try {
    await writeComposedPdf(opening.document, readings(), output);
  } finally {
    opening.document.close();
  }
  return { outcome: "written" };
}
