import type { Limits } from "../contract.ts";
import { refuseTooManyPixels } from "./image.ts";
import { type Refusal, refuse } from "./page.ts";
import type { Pdfium } from "./pdf.ts";

/** PDFium's FPDF_PAGEOBJ_TEXT, _IMAGE and _FORM. */
export const objectTypes = { text: 1, image: 3, form: 5 };

/** A page need not be large for an image on it to take hours and gigabytes to draw. */
export function refuseLargeImages(pdfium: Pdfium, page: number, limits: Limits): Refusal | undefined {
  for (const image of imagesOn(pdfium, page)) {
    const { width, height } = pixelsOf(pdfium, image);
    const tooLarge = refuseTooManyPixels(width, height, limits);
    if (tooLarge) return tooLarge;
  }
  return undefined;
}

/**
 * PDFium leaves an image that it cannot decode out of the page without a word, and a page that was nothing but
 * a scan comes out blank. So a blank page is refused when that is why.
 */
export function refuseUndecodableImages(pdfium: Pdfium, page: number): Refusal | undefined {
  for (const image of imagesOn(pdfium, page)) {
    const bitmap = pdfium.FPDFImageObj_GetBitmap(image);
    if (bitmap !== 0) {
      pdfium.FPDFBitmap_Destroy(bitmap);
      continue;
    }
    const { width, height } = pixelsOf(pdfium, image);
    return refuse("corrupt", `An image on the page (${width} × ${height} pixels) cannot be decoded.`);
  }
  return undefined;
}

/** Also those that lie in forms, however deep. */
function* imagesOn(pdfium: Pdfium, page: number): Generator<number> {
  const count = pdfium.FPDFPage_CountObjects(page);
  const objects = Array.from({ length: count }, (_, index) => pdfium.FPDFPage_GetObject(page, index));
  for (const object of objects) {
    const type = pdfium.FPDFPageObj_GetType(object);
    if (type === objectTypes.image) yield object;
    if (type !== objectTypes.form) continue;
    for (let index = 0; index < pdfium.FPDFFormObj_CountObjects(object); index++) {
      objects.push(pdfium.FPDFFormObj_GetObject(object, index));
    }
  }
}

/** As the PDF says. */
export function pixelsOf(pdfium: Pdfium, image: number): { width: number; height: number } {
  const address = pdfium.pdfium.wasmExports.malloc(8);
  const isKnown = pdfium.FPDFImageObj_GetImagePixelSize(image, address, address + 4);
  const [width, height] = [address, address + 4].map((at) => pdfium.pdfium.getValue(at, "i32"));
  pdfium.pdfium.wasmExports.free(address);
  return isKnown ? { width: width ?? 0, height: height ?? 0 } : { width: 0, height: 0 };
}
