import type { Pdfium } from "./pdf.ts";
import { objectTypes } from "./pdf-images.ts";

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
  if (isScan && hasOnlyInvisibleText(pdfium, page)) return "earlier-ocr";
  return isScan && letters <= maxStampLetters ? "stamp" : "text";
}

const mostMeaningless = 0.3;
const maxStampLetters = 200;

/** Whether all text that stands on the page itself is drawn invisibly. */
function hasOnlyInvisibleText(pdfium: Pdfium, page: number): boolean {
  const texts = textsOn(pdfium, page);
  return texts.length > 0 && texts.every((text) => isInvisibleText(pdfium, text));
}

/** Text objects that stand on the page itself, not in forms. */
export function textsOn(pdfium: Pdfium, page: number): number[] {
  const count = pdfium.FPDFPage_CountObjects(page);
  const objects = Array.from({ length: count }, (_, index) => pdfium.FPDFPage_GetObject(page, index));
  return objects.filter((object) => pdfium.FPDFPageObj_GetType(object) === objectTypes.text);
}

export const isInvisibleText = (pdfium: Pdfium, text: number) =>
  pdfium.FPDFTextObj_GetTextRenderMode(text) === invisible;

/** PDFium's FPDF_TEXTRENDERMODE_INVISIBLE. */
const invisible = 3;
