import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, type PDFPage, PDFRef } from "@cantoo/pdf-lib";
import type { QuarterTurn } from "../../words.ts";
import type { PagePlace } from "./matrix.ts";
import type { EarlierPart } from "./pdf-file.ts";

/** A PDF to which an update is put, as far as that needs to know it. */
export interface OriginalPdf {
  earlier: EarlierPart;
  /** `/Root`, `/Info` and `/ID` as they are. */
  trailerEntries: string;
  pages: OriginalPage[];
}

export interface OriginalPage {
  /** Of its object. */
  number: number;
  place: PagePlace;
  /** A name that no font of the page has. */
  freeFontName: string;
  /** The page's dictionary with a content stream before its own and a font more. */
  withLayer(contentNumber: number, fontNumber: number): string;
}

/**
 * `undefined` when an update cannot be put behind these bytes: they are damaged, encrypted, or do not begin with the
 * header from which places are counted.
 */
export async function readOriginal(bytes: Uint8Array): Promise<OriginalPdf | undefined> {
  if (textAt(bytes, 0, 5) !== "%PDF-") return undefined;
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    return originalOf(bytes, document);
  } catch {
    // The library throws whatever its code runs into on a damaged file.
    return undefined;
  }
}

function originalOf(bytes: Uint8Array, document: PDFDocument): OriginalPdf | undefined {
  const { largestObjectNumber, pdfFileDetails, trailerInfo } = document.context;
  const tableAt = pdfFileDetails.prevStartXRef;
  const table = textAt(bytes, tableAt, 30);
  const tableIsStream = /^\s*\d+\s+\d+\s+obj/.test(table);
  const size = Math.max(largestObjectNumber + 1, trailerInfo.Size?.asNumber() ?? 0);
  const pages = document.getPages();
  const isSound = tableIsStream || /^\s*xref/.test(table);
  if (!isSound || size > largestSize || pages.some(({ ref }) => ref.generationNumber !== 0)) return undefined;
  const { Root, Info, ID } = trailerInfo;
  return {
    earlier: { bytes: bytes.length, size, tableAt, tableIsStream },
    trailerEntries: Object.entries({ Root, Info, ID })
      .map(([name, value]) => (value === undefined ? "" : `/${name} ${value}`))
      .join(""),
    pages: pages.map(originalPage),
  };
}

/** PDFium takes no object numbers from 4 Mi on. */
const largestSize = 4_000_000;

const textAt = (bytes: Uint8Array, start: number, length: number) =>
  Buffer.from(bytes.subarray(start, start + length)).toString("latin1");

function originalPage({ node, ref }: PDFPage): OriginalPage {
  const resources = node.Resources() ?? PDFDict.withContext(node.context);
  const fonts = resources.lookup(PDFName.of("Font"));
  const ownFonts = fonts instanceof PDFDict ? fonts : PDFDict.withContext(node.context);
  const freeFontName = freeName(ownFonts);
  return {
    number: ref.objectNumber,
    place: placeOf(node),
    freeFontName,
    withLayer(contentNumber, fontNumber) {
      const changedFonts = ownFonts.clone();
      changedFonts.set(PDFName.of(freeFontName), PDFRef.of(fontNumber));
      const changedResources = resources.clone();
      changedResources.set(PDFName.of("Font"), changedFonts);
      const contents = PDFArray.withContext(node.context);
      contents.push(PDFRef.of(contentNumber));
      for (const content of contentsOf(node)) contents.push(content);
      const changed = node.clone();
      changed.set(PDFName.of("Resources"), changedResources);
      changed.set(PDFName.of("Contents"), contents);
      return changed.toString();
    },
  };
}

function freeName(fonts: PDFDict): string {
  let name = "TextmillFont";
  while (fonts.has(PDFName.of(name))) name += "_";
  return name;
}

/** References to the streams, also where they are listed in an object of its own. */
function contentsOf(page: PDFPage["node"]): PDFRef[] {
  const contents = page.get(PDFName.of("Contents"));
  const listed = page.context.lookup(contents);
  const entries = listed instanceof PDFArray ? listed.asArray() : [contents];
  return entries.filter((entry) => entry instanceof PDFRef);
}

// --- Where a page is -------------------------------------------------------------------------

/** As PDFium has it, which made the image: the crop box as far as it lies in the media box. */
function placeOf(page: PDFPage["node"]): PagePlace {
  const media = boxOf(page, "MediaBox") ?? letter;
  const crop = boxOf(page, "CropBox") ?? media;
  const rotate = page.context.lookup(page.getInheritableAttribute(PDFName.of("Rotate")));
  const quarters = rotate instanceof PDFNumber ? Math.trunc(rotate.asNumber() / 90) % 4 : 0;
  return {
    left: Math.max(media.left, crop.left),
    bottom: Math.max(media.bottom, crop.bottom),
    right: Math.min(media.right, crop.right),
    top: Math.min(media.top, crop.top),
    rotate: (((quarters + 4) % 4) * 90) as QuarterTurn,
  };
}

type PageBox = Omit<PagePlace, "rotate">;

const letter: PageBox = { left: 0, bottom: 0, right: 612, top: 792 };

/** `undefined` when the page has none, or one without area. */
function boxOf(page: PDFPage["node"], name: string): PageBox | undefined {
  const { context } = page;
  const box = context.lookup(page.getInheritableAttribute(PDFName.of(name)));
  if (!(box instanceof PDFArray) || box.size() < 4) return undefined;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box.asArray().map((entry) => {
    const number = context.lookup(entry);
    return number instanceof PDFNumber ? number.asNumber() : 0;
  });
  if (x1 === x2 || y1 === y2) return undefined;
  return { left: Math.min(x1, x2), bottom: Math.min(y1, y2), right: Math.max(x1, x2), top: Math.max(y1, y2) };
}
