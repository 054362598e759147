import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { bundleFolder } from "../bundle.ts";
import type { Limits, PdfPages } from "../contract.ts";
import { type GreyImage, mostPixelsASide, type Opening, type PageContent, refuse } from "./page.ts";
import { objectTypes, pixelsOf, refuseLargeImages, refuseUndecodableImages } from "./pdf-images.ts";
import { textKindOf } from "./pdf-text.ts";

export type Pdfium = WrappedPdfiumModule;

export async function loadPdfium(): Promise<Pdfium> {
  const wasm = await readFile(join(bundleFolder, "pdfium.wasm"));
  const pdfium = await init({ wasmBinary: new Uint8Array(wasm).buffer, printErr: throwWithoutMemory });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

/** For want of memory PDFium aborts or leaves out part of a page. Before that its runtime prints this. */
function throwWithoutMemory(line: string): void {
  if (line.startsWith("Cannot enlarge memory")) throw new Error(line);
}

/** A page with real text gives that text; any other is rendered to be recognised, unless `pdfPages` says otherwise. */
export function openPdf(pdfium: Pdfium, bytes: Uint8Array, limits: Limits, pdfPages: PdfPages): Opening {
  const address = copyIn(pdfium, bytes);
  const document = pdfium.FPDF_LoadMemDocument64(address, bytes.length, "");
  if (document === 0) {
    const refusal = refusalOfLastError(pdfium.FPDF_GetLastError());
    free(pdfium, address);
    return refusal;
  }
  return {
    outcome: "opened",
    document: {
      format: "pdf",
      pages: pdfium.FPDF_GetPageCount(document),
      page: async (index) => readPage(pdfium, document, index, limits, pdfPages),
      picture: async () => undefined,
      close() {
        pdfium.FPDF_CloseDocument(document);
        free(pdfium, address);
      },
    },
  };
}

/** Codes of fpdfview.h: FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY, the rest is damage of some kind. */
function refusalOfLastError(code: number) {
  if (code === 4) return refuse("encrypted", "The PDF needs a password. Save it without one and run again.");
  if (code === 5) return refuse("encrypted", "The PDF is encrypted in a way that cannot be read.");
  return refuse("corrupt", `The PDF is damaged or cut off (PDFium error ${code}).`);
}

function readPage(
  pdfium: Pdfium,
  document: number,
  index: number,
  limits: Limits,
  pdfPages: PdfPages,
): PageContent {
  const page = pdfium.FPDF_LoadPage(document, index);
  if (page === 0) return refuse("corrupt", "The page of the PDF is damaged.");
  try {
    const text = pdfPages === "force" ? "" : textOf(pdfium, page);
    const scans = imagesOf(pdfium, page);
    const kind = textKindOf(pdfium, page, text, scans.coveredShare);
    if (kind === "text" || kind === "earlier-ocr" || pdfPages === "text-only") {
      return { outcome: "text", text, isEarlierOcr: kind === "earlier-ocr" };
    }
    return render(pdfium, page, scans.dotsPerInch, limits);
  } finally {
    pdfium.FPDF_ClosePage(page);
  }
}

/** In PDFium's order, which is that of the page's content. */
function textOf(pdfium: Pdfium, page: number): string {
  const textPage = pdfium.FPDFText_LoadPage(page);
  if (textPage === 0) return "";
  try {
    const characters = pdfium.FPDFText_CountChars(textPage);
    if (characters <= 0) return "";
    return withMemory(pdfium, (characters + 1) * 2, (address) => {
      const written = pdfium.FPDFText_GetText(textPage, 0, characters, address);
      const units = pdfium.pdfium.HEAPU8.slice(address, address + Math.max(0, written - 1) * 2);
      return tidyText(Buffer.from(units).toString("utf16le"));
    });
  } finally {
    pdfium.FPDFText_ClosePage(textPage);
  }
}

/** PDFium ends lines with CR LF, and has U+FFFE or U+0002 where a hyphen breaks a word. */
const tidyText = (text: string) =>
  text.replaceAll("\r\n", "\n").replaceAll("\ufffe", "-\n").replaceAll("\u0002", "-\n").replaceAll("\0", "");

interface Scans {
  /** How much of the page the largest image covers, 0 to 1. */
  coveredShare: number;
  /** Of that image. */
  dotsPerInch: number | undefined;
}

function imagesOf(pdfium: Pdfium, page: number): Scans {
  const pageArea = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page);
  let largest: Scans = { coveredShare: 0, dotsPerInch: undefined };
  for (let index = 0; index < pdfium.FPDFPage_CountObjects(page); index++) {
    const object = pdfium.FPDFPage_GetObject(page, index);
    const type = pdfium.FPDFPageObj_GetType(object);
    if (type !== objectTypes.image && type !== objectTypes.form) continue;
    const { width, height } = sizeOf(pdfium, object);
    const coveredShare = Math.min(1, (width * height) / pageArea);
    if (coveredShare <= largest.coveredShare) continue;
    largest = {
      coveredShare,
      dotsPerInch: type === objectTypes.image ? resolutionOf(pdfium, object, width) : undefined,
    };
  }
  return largest;
}

/** In points of 1/72 inch. */
function sizeOf(pdfium: Pdfium, object: number): { width: number; height: number } {
  return withMemory(pdfium, 16, (address) => {
    const corners = [address, address + 4, address + 8, address + 12] as const;
    if (!pdfium.FPDFPageObj_GetBounds(object, ...corners)) return { width: 0, height: 0 };
    const [left = 0, bottom = 0, right = 0, top = 0] = corners.map((at) =>
      pdfium.pdfium.getValue(at, "float"),
    );
    return { width: right - left, height: top - bottom };
  });
}

function resolutionOf(pdfium: Pdfium, image: number, widthPoints: number): number | undefined {
  const { width } = pixelsOf(pdfium, image);
  return width > 0 && widthPoints > 0 ? (width * 72) / widthPoints : undefined;
}

/** Below 150 small type is lost, above 200 Tesseract reads no better and takes longer. */
const leastDotsPerInch = 150;
const mostDotsPerInch = 200;

const bitmapFormatGrey = 1;
const white = 0xffffffff;
const drawAnnotations = 1;

function render(
  pdfium: Pdfium,
  page: number,
  nativeDotsPerInch: number | undefined,
  limits: Limits,
): PageContent {
  const tooLarge = refuseLargeImages(pdfium, page, limits);
  if (tooLarge) return tooLarge;
  const wanted = Math.round(
    Math.min(mostDotsPerInch, Math.max(leastDotsPerInch, nativeDotsPerInch ?? mostDotsPerInch)),
  );
  const widthInches = pdfium.FPDF_GetPageWidthF(page) / 72;
  const heightInches = pdfium.FPDF_GetPageHeightF(page) / 72;
  // A poster need not be as sharp as a letter.
  const affordable = Math.floor(Math.sqrt(limits.pagePixels / (widthInches * heightInches)));
  const legible = Math.floor(mostPixelsASide / Math.max(widthInches, heightInches));
  const dotsPerInch = Math.min(wanted, affordable, legible);
  if (!(dotsPerInch >= 72)) {
    return refuse(
      "too-large",
      `The page measures ${widthInches.toFixed(0)} × ${heightInches.toFixed(0)} inches, more than can be read at 72 dots an inch (input max-page-megapixels).`,
    );
  }
  const width = Math.max(1, Math.round(widthInches * dotsPerInch));
  const height = Math.max(1, Math.round(heightInches * dotsPerInch));
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, bitmapFormatGrey, 0, 0);
  if (bitmap === 0) return refuse("out-of-memory", `No memory for a page of ${width} × ${height} pixels.`);
  pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
  pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, drawAnnotations);
  const pixels = copyRows(pdfium, bitmap, width, height);
  pdfium.FPDFBitmap_Destroy(bitmap);
  const isBlank = pixels.every((pixel) => pixel === 255);
  const undecodable = isBlank ? refuseUndecodableImages(pdfium, page) : undefined;
  if (undecodable) return undecodable;
  return { outcome: "image", image: { width, height, pixels, dotsPerInch } satisfies GreyImage };
}

function copyRows(pdfium: Pdfium, bitmap: number, width: number, height: number): Uint8Array {
  const address = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const stride = pdfium.FPDFBitmap_GetStride(bitmap);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = address + row * stride;
    pixels.set(pdfium.pdfium.HEAPU8.subarray(start, start + width), row * width);
  }
  return pixels;
}

function copyIn(pdfium: Pdfium, bytes: Uint8Array): number {
  const address = pdfium.pdfium.wasmExports.malloc(bytes.length);
  if (address === 0) throw new Error(`No memory for a PDF of ${bytes.length} bytes.`);
  pdfium.pdfium.HEAPU8.set(bytes, address);
  return address;
}

const free = (pdfium: Pdfium, address: number) => pdfium.pdfium.wasmExports.free(address);

function withMemory<T>(pdfium: Pdfium, bytes: number, use: (address: number) => T): T {
  const address = pdfium.pdfium.wasmExports.malloc(bytes);
  try {
    return use(address);
  } finally {
    free(pdfium, address);
  }
}
