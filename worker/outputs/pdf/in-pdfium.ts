import { createHash } from "node:crypto";
import type { Pdfium } from "../../formats/pdf.ts";

/** What PDFium makes of a PDF, for the length of `use`; `undefined` when it cannot open it. */
export function inPdfium<T>(pdfium: Pdfium, bytes: Uint8Array, use: (document: number) => T): T | undefined {
  const address = pdfium.pdfium.wasmExports.malloc(bytes.length);
  if (address === 0) throw new Error(`No memory for a PDF of ${bytes.length} bytes.`);
  try {
    pdfium.pdfium.HEAPU8.set(bytes, address);
    const document = pdfium.FPDF_LoadMemDocument64(address, bytes.length, "");
    if (document === 0) return undefined;
    try {
      return use(document);
    } finally {
      pdfium.FPDF_CloseDocument(document);
    }
  } finally {
    pdfium.pdfium.wasmExports.free(address);
  }
}

/** The PDF as PDFium writes it anew: without encryption and with what it could make of damage. */
export function writtenAnew(pdfium: Pdfium, bytes: Uint8Array): Uint8Array | undefined {
  return inPdfium(pdfium, bytes, (document) => savedCopy(pdfium, document, bytes));
}

/** An open document as PDFium writes it. `bytes` are those that it was opened from. */
export function savedCopy(pdfium: Pdfium, document: number, bytes: Uint8Array): Uint8Array {
  const writer = pdfium.PDFiumExt_OpenFileWriter();
  try {
    pdfium.FPDF_SaveAsCopy(document, writer, removeSecurity);
    const length = pdfium.PDFiumExt_GetFileWriterSize(writer);
    const copy = pdfium.pdfium.wasmExports.malloc(length);
    try {
      pdfium.PDFiumExt_GetFileWriterData(writer, copy, length);
      const written = pdfium.pdfium.HEAPU8.slice(copy, copy + length);
      return withLastingId(Buffer.from(written.buffer), createHash("md5").update(bytes).digest("hex"));
    } finally {
      pdfium.pdfium.wasmExports.free(copy);
    }
  } finally {
    pdfium.PDFiumExt_CloseFileWriter(writer);
  }
}

/** FPDF_REMOVE_SECURITY of fpdf_save.h. */
const removeSecurity = 3;

/** PDFium makes up identifiers from where it works in memory; the same PDF is to give the same bytes. */
function withLastingId(pdf: Buffer, identifier: string): Buffer {
  const idAt = pdf.lastIndexOf("/ID[<");
  const [, first, second] =
    /^\/ID\[<([0-9A-F]{32})><([0-9A-F]{32})>\]/.exec(pdf.toString("latin1", idAt, idAt + 80)) ?? [];
  const secondAt = idAt + "/ID[<".length + 32 + "><".length;
  if (second !== undefined) pdf.write(identifier, secondAt, "latin1");
  if (second !== undefined && first === second) pdf.write(identifier, idAt + "/ID[<".length, "latin1");
  return pdf;
}
