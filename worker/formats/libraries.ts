import { type ImageDecoder, loadImageDecoder } from "./leptonica.ts";
import { loadPdfium, type Pdfium } from "./pdf.ts";

let decoder: Promise<ImageDecoder> | undefined;
let pdfium: Promise<Pdfium> | undefined;

/** Each is loaded when the first document needs it: a run over images pays nothing for PDF. */
export const imageDecoder = (): Promise<ImageDecoder> => (decoder ??= loadImageDecoder());
export const loadedPdfium = (): Promise<Pdfium> => (pdfium ??= loadPdfium());
