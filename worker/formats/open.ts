import type { Limits } from "../contract.ts";
import { openImage } from "./image.ts";
import { type ImageDecoder, loadImageDecoder } from "./leptonica.ts";
import { type Opening, refuse } from "./page.ts";
import { loadPdfium, openPdf, type Pdfium } from "./pdf.ts";
import { signatureOf } from "./signature.ts";
import { openTiff } from "./tiff.ts";

let decoder: Promise<ImageDecoder> | undefined;
let pdfium: Promise<Pdfium> | undefined;

/**
 * What a document is, is decided by its bytes. The libraries are loaded when the first document needs
 * them: a run over images pays nothing for PDF. `bytes` may be changed.
 */
export async function openDocument(bytes: Uint8Array, limits: Limits): Promise<Opening> {
  const opening = await openBySignature(bytes, limits);
  if (opening.outcome === "refused" || opening.document.pages <= limits.documentPages) return opening;
  opening.document.close();
  return refuse(
    "too-large",
    `The document has more than ${limits.documentPages} pages (input max-document-pages).`,
  );
}

async function openBySignature(bytes: Uint8Array, limits: Limits): Promise<Opening> {
  if (bytes.length === 0) return refuse("empty", "The document has no bytes.");
  const signature = signatureOf(bytes);
  if (signature === undefined) {
    return refuse(
      "unsupported-format",
      `The document begins with the bytes ${hexOf(bytes.subarray(0, 8))}: no PDF or image.`,
    );
  }
  if (signature === "pdf") {
    pdfium ??= loadPdfium();
    return openPdf(await pdfium, bytes, limits);
  }
  decoder ??= loadImageDecoder();
  return signature === "tiff"
    ? openTiff(await decoder, bytes, limits)
    : openImage(await decoder, bytes, signature, limits);
}

const hexOf = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/(..)(?=.)/g, "$1 ");
