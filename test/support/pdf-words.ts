import { loadedPdfium } from "../../worker/formats/libraries.ts";
import type { Pdfium } from "../../worker/formats/pdf.ts";
import { inPdfium } from "../../worker/outputs/pdf/in-pdfium.ts";
import type { Box } from "../../worker/words.ts";

export interface FoundWord {
  text: string;
  /** In pixels of an image of the page, from its top left corner. */
  box: Box;
}

export interface FoundPage {
  text: string;
  words: FoundWord[];
  /** Red, green and blue of each pixel of the page as it is seen. */
  pixels: Uint8Array;
}

/** What PDFium finds on each page, as a viewer would let one select it; boxes and pixels are those of an image of that size. */
export async function pagesOfPdf(
  bytes: Uint8Array,
  size: { width: number; height: number },
): Promise<FoundPage[]> {
  const pdfium = await loadedPdfium();
  const pages = inPdfium(pdfium, bytes, (document) =>
    Array.from({ length: pdfium.FPDF_GetPageCount(document) }, (_, index) => {
      const page = pdfium.FPDF_LoadPage(document, index);
      const words = wordsOf(pdfium, page, size);
      const found = {
        text: words.map(({ text }) => text).join(" "),
        words,
        pixels: render(pdfium, page, size),
      };
      pdfium.FPDF_ClosePage(page);
      return found;
    }),
  );
  if (pages === undefined) throw new Error("PDFium cannot open the PDF.");
  return pages;
}

function wordsOf(pdfium: Pdfium, page: number, { width, height }: { width: number; height: number }) {
  const textPage = pdfium.FPDFText_LoadPage(page);
  const memory = pdfium.pdfium.wasmExports.malloc(48);
  const words: FoundWord[] = [];
  let word: FoundWord | undefined;
  for (let index = 0; index < pdfium.FPDFText_CountChars(textPage); index++) {
    const character = String.fromCodePoint(pdfium.FPDFText_GetUnicode(textPage, index));
    if (/\s/.test(character)) {
      word = undefined;
      continue;
    }
    // The loose box is the one that a viewer marks; the other one is that of the ink, of which there is none.
    pdfium.FPDFText_GetLooseCharBox(textPage, index, memory);
    const [left = 0, top = 0, right = 0, bottom = 0] = [0, 4, 8, 12].map((at) =>
      pdfium.pdfium.getValue(memory + at, "float"),
    );
    const corners = [
      [left, bottom],
      [right, top],
    ].map(([x = 0, y = 0]) => {
      pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, memory + 32, memory + 36);
      return [pdfium.pdfium.getValue(memory + 32, "i32"), pdfium.pdfium.getValue(memory + 36, "i32")];
    });
    const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = corners;
    const box = {
      left: Math.min(x1, x2),
      top: Math.min(y1, y2),
      right: Math.max(x1, x2),
      bottom: Math.max(y1, y2),
    };
    if (word === undefined) {
      word = { text: "", box };
      words.push(word);
    }
    word.text += character;
    word.box = {
      left: Math.min(word.box.left, box.left),
      top: Math.min(word.box.top, box.top),
      right: Math.max(word.box.right, box.right),
      bottom: Math.max(word.box.bottom, box.bottom),
    };
  }
  pdfium.pdfium.wasmExports.free(memory);
  pdfium.FPDFText_ClosePage(textPage);
  return words;
}

const bitmapFormatBgr = 2;
const white = 0xffffffff;
const drawAnnotations = 1;
const redFirst = 0x10;

function render(
  pdfium: Pdfium,
  page: number,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, bitmapFormatBgr, 0, 0);
  pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
  pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, drawAnnotations | redFirst);
  const start = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const stride = pdfium.FPDFBitmap_GetStride(bitmap);
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const at = start + row * stride;
    pixels.set(pdfium.pdfium.HEAPU8.subarray(at, at + width * 3), row * width * 3);
  }
  pdfium.FPDFBitmap_Destroy(bitmap);
  return pixels;
}
