import { readFile } from "node:fs/promises";
import { documentPath } from "../../document-files.ts";
import { loadedPdfium } from "../../formats/libraries.ts";
import { refuse } from "../../formats/page.ts";
import type { WriteOutputs } from "../../ocr-messages.ts";
import type { PageReadings } from "../source.ts";
import type { Writing } from "../write.ts";
import { writeLayeredPdf } from "./layered-pdf.ts";

/** A PDF in which all text of the document can be found and selected, looking as the document looks. */
export async function writePdf(
  { folder, format, pages }: WriteOutputs,
  readings: () => PageReadings,
  output: string,
): Promise<Writing> {
  const bytes = await readFile(documentPath(folder));
  if (format === "pdf")
    return writeLayeredPdf(bytes, { pdfium: await loadedPdfium(), pages, readings, output });
  return refuse("unsupported-format", "No PDF of it yet.");
}
