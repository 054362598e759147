import type { Pdfium } from "../../formats/pdf.ts";
import { inPdfium, savedCopy } from "./in-pdfium.ts";

/** PDFium's FPDF_PAGEOBJ_TEXT, and FPDF_TEXTRENDERMODE_INVISIBLE. */
const textObject = 1;
const invisible = 3;

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

function removeInvisibleText(pdfium: Pdfium, page: number): number {
  let removed = 0;
  // From the end, since what follows a removed object moves up.
  for (let index = pdfium.FPDFPage_CountObjects(page) - 1; index >= 0; index--) {
    const object = pdfium.FPDFPage_GetObject(page, index);
    if (pdfium.FPDFPageObj_GetType(object) !== textObject) continue;
    if (pdfium.FPDFTextObj_GetTextRenderMode(object) !== invisible) continue;
    if (!pdfium.FPDFPage_RemoveObject(page, object)) continue;
    pdfium.FPDFPageObj_Destroy(object);
    removed++;
  }
  if (removed > 0) pdfium.FPDFPage_GenerateContent(page);
  return removed;
}
