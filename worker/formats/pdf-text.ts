import type { Pdfium } from "./pdf.ts";

/** What text a page of a PDF has of itself. */
export type TextKind =
  | "none"
  /** Real text. */
  | "text"
  /** The invisible layer that an earlier OCR put over a scan. */
  | "earlier-ocr"
  /** Text of a font that does not tell its characters: codes that mean nothing. */
  | "unreadable"
  /** A few letters over a scan: a court's page number, an archive's shelf mark. */
  | "stamp";

/** @param coveredShare how much of the page its largest image covers, 0 to 1. */
export function textKindOf(pdfium: Pdfium, page: number, text: string, coveredShare: number): TextKind {
  const characters = text.match(/\S/gu)?.length ?? 0;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const meaningless = text.match(/[\p{Co}\p{Cn}\p{Cc}\ufffd]/gu)?.length ?? 0;
  const lineBreaks = text.match(/[\n\t]/g)?.length ?? 0;
  if (meaningless - lineBreaks > characters * mostMeaningless) return "unreadable";
  if (letters === 0) return "none";
  const isScan = coveredShare > 0.5;
  if (isScan && isInvisible(pdfium, page)) return "earlier-ocr";
  return isScan && letters <= maxStampLetters ? "stamp" : "text";
}

const mostMeaningless = 0.3;
const maxStampLetters = 200;

/** PDFium's FPDF_PAGEOBJ_TEXT, and FPDF_TEXTRENDERMODE_INVISIBLE. */
const textObject = 1;
const invisible = 3;

/** Whether all text that stands on the page itself is drawn invisibly. */
function isInvisible(pdfium: Pdfium, page: number): boolean {
  let texts = 0;
  for (let index = 0; index < pdfium.FPDFPage_CountObjects(page); index++) {
    const object = pdfium.FPDFPage_GetObject(page, index);
    if (pdfium.FPDFPageObj_GetType(object) !== textObject) continue;
    if (pdfium.FPDFTextObj_GetTextRenderMode(object) !== invisible) return false;
    texts++;
  }
  return texts > 0;
}
