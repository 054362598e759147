import { closeSync, openSync } from "node:fs";
import { deflateSync } from "node:zlib";
import type { OpenDocument } from "../../formats/page.ts";
import { decodedPicture, type Picture } from "../../formats/picture.ts";
import type { PageReading } from "../../ocr-messages.ts";
import type { PageWords } from "../../words.ts";
import type { PageReadings } from "../source.ts";
import type { Size } from "./matrix.ts";
import { newPdf, type PdfFile } from "./pdf-file.ts";
import { addPicture, pageSize, pictureToPage, seenSize, showPicture } from "./picture-page.ts";
import { type TextFonts, textFonts } from "./text-fonts.ts";
import { textLayer } from "./text-layer.ts";
import { textPageSize, textPages } from "./text-pages.ts";

/** A PDF that is being made, page after page. */
interface Composition {
  file: PdfFile;
  /** Of the object that all pages hang on. */
  tree: number;
  pages: number[];
  fonts: TextFonts;
}

/** Makes a PDF of a document that is none: its pictures as pages with their text under them, real text set in pages. */
export async function writeComposedPdf(
  document: OpenDocument,
  readings: PageReadings,
  output: string,
): Promise<void> {
  const descriptor = openSync(output, "w");
  try {
    const file = newPdf(descriptor);
    const composition = { file, tree: file.reserve(), pages: [], fonts: textFonts(file) };
    for await (const reading of readings) await addReading(composition, document, reading);
    end(composition);
  } finally {
    closeSync(descriptor);
  }
}

async function addReading(
  composition: Composition,
  document: OpenDocument,
  reading: PageReading,
): Promise<void> {
  if (reading.outcome === "text") {
    for (const content of textPages(reading.text, composition.fonts))
      addPage(composition, textPageSize, content);
    return;
  }
  const picture = await pictureOf(document, reading.page - 1);
  const words = reading.outcome === "recognised" ? reading.words : undefined;
  // A page that failed is kept, empty if need be, so that the others keep their number.
  if (picture === undefined) addPage(composition, textPageSize, "");
  else addPicturePage(composition, picture, words);
}

/** A page of an enclosed PDF is no picture by itself: it is shown as it was recognised. */
async function pictureOf(document: OpenDocument, index: number): Promise<Picture | undefined> {
  const picture = await document.picture(index);
  if (picture !== undefined) return picture;
  const content = await document.page(index);
  return content.outcome === "image" ? decodedPicture(content.image) : undefined;
}

function addPicturePage(composition: Composition, picture: Picture, words: PageWords | undefined): void {
  const seen = words ?? seenSize(picture);
  const size = pageSize(seen, words?.dotsPerInch);
  const { file, fonts } = composition;
  let layer = "";
  if (words !== undefined && words.lines.length > 0) {
    const { codes, name } = fonts.unseen();
    layer = textLayer(words, pictureToPage(seen, size), codes, name);
  }
  const image = addPicture(file, picture);
  addPage(
    composition,
    size,
    layer + showPicture(picture, size, "Picture"),
    `/XObject<</Picture ${image} 0 R>>`,
  );
}

function addPage(
  { file, tree, pages, fonts }: Composition,
  size: Size,
  content: string,
  pictures = "",
): void {
  const contents = file.addStream("/Filter/FlateDecode", deflateSync(content));
  const box = [0, 0, size.width, size.height].map((side) => Number(side.toFixed(3))).join(" ");
  const resources = `/Resources<<${fonts.resources()}${pictures}>>`;
  pages.push(
    file.add(`<</Type/Page/Parent ${tree} 0 R/MediaBox[${box}]${resources}/Contents ${contents} 0 R>>`),
  );
}

function end({ file, tree, pages, fonts }: Composition): void {
  fonts.write();
  const kids = pages.map((page) => `${page} 0 R`).join(" ");
  file.add(`<</Type/Pages/Count ${pages.length}/Kids[${kids}]>>`, tree);
  const catalog = file.add(`<</Type/Catalog/Pages ${tree} 0 R>>`);
  file.end(`/Root ${catalog} 0 R`);
}
