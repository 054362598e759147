import type { Limits } from "../contract.ts";
import { imagePage, readHeader, refuseTooManyPixels } from "./image.ts";
import { type DecodedImage, luminance } from "./leptonica.ts";
import { type Opening, refuse } from "./page.ts";
import type { Pdfium } from "./pdf.ts";
import { deviceColours, type Picture } from "./picture.ts";

/**
 * JPEG 2000, which Leptonica was built without. PDFium reads it where it stands in a PDF, so it is put into
 * one: no decoder has to be shipped.
 */
export function openJpeg2000(pdfium: Pdfium, bytes: Uint8Array, limits: Limits): Opening {
  const header = readHeader(bytes);
  if (header === undefined) return refuse("corrupt", "The header of the JPEG 2000 cannot be read.");
  const tooLarge = refuseTooManyPixels(header.width, header.height, limits);
  if (tooLarge) return tooLarge;
  return {
    outcome: "opened",
    document: {
      format: "jpeg2000",
      pages: 1,
      page: async () => imagePage(decode(pdfium, pdfAround(bytes, header)), "JPEG 2000"),
      picture: async () => jpeg2000Picture(bytes, header),
      close() {},
    },
  };
}

/** A JP2 file tells its colours; a bare codestream (it begins with FF4F) has only their number, in its first segment. */
function jpeg2000Picture(bytes: Uint8Array, header: NonNullable<ReturnType<typeof readHeader>>): Picture {
  const colours = bytes[0] === 0xff ? deviceColours[bytes[componentsAt] ?? 0] : undefined;
  const entries = `${colours ? `/ColorSpace/${colours}` : ""}/Filter/JPXDecode`;
  return { ...header, entries, bytes };
}

/** The lower byte of Csiz: ISO/IEC 15444-1, A.5.1. */
const componentsAt = 41;

function decode(pdfium: Pdfium, pdf: Uint8Array): DecodedImage | undefined {
  const address = pdfium.pdfium.wasmExports.malloc(pdf.length);
  if (address === 0) throw new Error(`No memory for a JPEG 2000 of ${pdf.length} bytes.`);
  pdfium.pdfium.HEAPU8.set(pdf, address);
  const document = pdfium.FPDF_LoadMemDocument64(address, pdf.length, "");
  const page = pdfium.FPDF_LoadPage(document, 0);
  const bitmap = pdfium.FPDFImageObj_GetBitmap(pdfium.FPDFPage_GetObject(page, 0));
  const decoded = bitmap === 0 ? undefined : greyOf(pdfium, bitmap);
  if (bitmap !== 0) pdfium.FPDFBitmap_Destroy(bitmap);
  pdfium.FPDF_ClosePage(page);
  pdfium.FPDF_CloseDocument(document);
  pdfium.pdfium.wasmExports.free(address);
  return decoded;
}

/** Bytes a pixel of PDFium's FPDFBitmap_Gray, _BGR, _BGRx and _BGRA. */
const bytesPerPixel = new Map([
  [1, 1],
  [2, 3],
  [3, 4],
  [4, 4],
]);

/** PDFium hands out no resolution: Tesseract estimates it from the letters. */
function greyOf(pdfium: Pdfium, bitmap: number): DecodedImage | undefined {
  const step = bytesPerPixel.get(pdfium.FPDFBitmap_GetFormat(bitmap));
  if (step === undefined) return undefined;
  const width = pdfium.FPDFBitmap_GetWidth(bitmap);
  const height = pdfium.FPDFBitmap_GetHeight(bitmap);
  const stride = pdfium.FPDFBitmap_GetStride(bitmap);
  const start = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const source = pdfium.pdfium.HEAPU8.subarray(start, start + stride * height);
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * stride + column * step;
      const [blue = 255, green = 255, red = 255] = [source[at], source[at + 1], source[at + 2]];
      pixels[row * width + column] = step === 1 ? blue : luminance(red, green, blue);
    }
  }
  return { width, height, pixels, dotsPerInch: 0 };
}

/** A PDF of one page that the image fills. */
function pdfAround(image: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  const draw = `${width} 0 0 ${height} 0 0 cm /Image Do`;
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Resources<</XObject<</Image 5 0 R>>>>/Contents 4 0 R>>`,
    `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
    `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/Filter/JPXDecode/Length ${image.length}>>stream\n`,
  ];
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj${object}${index < objects.length - 1 ? "endobj\n" : ""}`;
    return offset;
  });
  const end = "\nendstream endobj\n";
  const tableAt = file.length + image.length + end.length;
  const table = ["0000000000 65535 f ", ...offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n `)];
  const trailer = `xref\n0 ${table.length}\n${table.join("\n")}\ntrailer<</Root 1 0 R/Size ${table.length}>>\nstartxref\n${tableAt}\n%%EOF\n`;
  return Buffer.concat([Buffer.from(file), image, Buffer.from(end + trailer)]);
}
