import type { Settings } from "../contract.ts";
import type { Open } from "./enclosed.ts";
import { openImage } from "./image.ts";
import { openJpeg2000 } from "./jpeg2000.ts";
import { imageDecoder, loadedPdfium } from "./libraries.ts";
import { type Opening, refuse } from "./page.ts";
import { openPdf } from "./pdf.ts";
import { type Signature, signatureOf } from "./signature.ts";
import { textKindOf } from "./text-kind.ts";
import { openTiff } from "./tiff.ts";

/** The settings that decide what is read of a document. */
export type ReadingSettings = Pick<Settings, "limits" | "pdfPages">;

/** What a document is, is decided by its bytes. These may be changed. */
export function openDocument(bytes: Uint8Array, settings: ReadingSettings): Promise<Opening> {
  return openWithin(0, bytes, settings);
}

/** `depth` counts the documents round this one: an e-mail can be attached to an e-mail without end. */
async function openWithin(depth: number, bytes: Uint8Array, settings: ReadingSettings): Promise<Opening> {
  if (depth > maxDepth) {
    return refuse("too-large", `Documents are enclosed in one another more than ${maxDepth} deep.`);
  }
  const open = (enclosed: Uint8Array) => openWithin(depth + 1, enclosed, settings);
  const opening = await openByContent(bytes, settings, open);
  const { limits } = settings;
  if (opening.outcome === "refused" || opening.document.pages <= limits.documentPages) return opening;
  opening.document.close();
  return refuse(
    "too-large",
    `The document has more than ${limits.documentPages} pages (input max-document-pages).`,
  );
}

const maxDepth = 5;

async function openByContent(bytes: Uint8Array, settings: ReadingSettings, open: Open): Promise<Opening> {
  if (bytes.length === 0) return refuse("empty", "The document has no bytes.");
  const signature = signatureOf(bytes);
  return signature === undefined
    ? openAsText(bytes, settings, open)
    : openBySignature(signature, bytes, settings, open);
}

async function openBySignature(
  signature: Signature,
  bytes: Uint8Array,
  { limits, pdfPages }: ReadingSettings,
  open: Open,
): Promise<Opening> {
  switch (signature) {
    case "zip":
      return (await import("./office.ts")).openOffice(bytes, limits, open);
    case "ole":
      return (await import("./ole.ts")).openOle(bytes, limits, open);
    case "rtf":
      return (await import("./rtf.ts")).openRtf(bytes, limits, open);
    case "pdf":
      return openPdf(await loadedPdfium(), bytes, limits, pdfPages);
    case "jpeg2000":
      return openJpeg2000(await loadedPdfium(), bytes, limits);
    case "tiff":
      return openTiff(await imageDecoder(), bytes, limits);
    default:
      return openImage(await imageDecoder(), bytes, signature, limits);
  }
}

async function openAsText(bytes: Uint8Array, { limits }: ReadingSettings, open: Open): Promise<Opening> {
  switch (textKindOf(bytes)) {
    case "html":
      return (await import("./html.ts")).openHtml(bytes, limits);
    case "email":
      return (await import("./email.ts")).openEmail(bytes, limits, open);
    case "text":
      return (await import("./text.ts")).openText(bytes, limits);
    default:
      return refuse(
        "unsupported-format",
        `The document begins with the bytes ${hexOf(bytes.subarray(0, 8))}: no format that Textmill reads.`,
      );
  }
}

const hexOf = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/(..)(?=.)/g, "$1 ");
