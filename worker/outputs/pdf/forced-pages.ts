import type { Pdfium } from "../../formats/pdf.ts";
import { isInvisibleText, textsOn } from "../../formats/pdf-text.ts";
import { inPdfium, savedCopy } from "./in-pdfium.ts";

/**
 * The PDF without the text that its pages hold invisibly: where all pages are recognised anew, the layer of an earlier
 * OCR would stand beside the new one. The same bytes when there is none.
 */
export function withoutInvisibleText(pdfium: Pdfium, bytes: Uint8Array): Uint8Array {
  const stripped = inPdfium(pdfium, bytes, (document) => {
    let removed = 0;
    for (let index = 0; index < pdfium.FPDF_GetPageCount(document); index++) {
      const page = pdfium.FPDF_LoadPage(document, index);
      if (page === 0) continue;
      removed += removeInvisibleText(pdfium, page);
      pdfium.FPDF_ClosePage(page);
    }
    return removed === 0 ? bytes : savedCopy(pdfium, document, bytes);
  });
  return stripped ?? bytes;
}

/** Returns how many there were. */
function removeInvisibleText(pdfium: Pdfium, page: number): number {
  const removed = textsOn(pdfium, page)
    .filter((text) => isInvisibleText(pdfium, text))
    .filter((text) => pdfium.FPDFPage_RemoveObject(page, text));
  for (const text of removed) pdfium.FPDFPageObj_Destroy(text);
  if (removed.length > 0) pdfium.FPDFPage_GenerateContent(page);
  return removed.length;
}
