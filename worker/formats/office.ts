import type { Limits } from "../contract.ts";
import { textOfDocx } from "./docx.ts";
import { type Open, openPictures } from "./enclosed.ts";
import { textOfOdt } from "./odt.ts";
import { type Opening, type Refusal, refuse } from "./page.ts";
import { openWritten } from "./written.ts";
import { messageOf, openZip, readWhole, type Zip } from "./zip.ts";

/** The text of an office document, and where its pictures are, in the order in which they stand in it. */
export interface OfficeText {
  text: string;
  pictures: string[];
}

type Reader = (zip: Zip, limits: Limits) => Promise<OfficeText>;

/** DOCX and ODT: the text, then each picture in it as a page. */
export async function openOffice(bytes: Uint8Array, limits: Limits, open: Open): Promise<Opening> {
  const opening = await openZip(bytes, limits);
  if (opening.outcome === "refused") return opening;
  const { zip } = opening;
  try {
    const kind = await kindOf(zip);
    if (kind === "encrypted") {
      return refuse("encrypted", "The document needs a password. Save it without one and run again.");
    }
    if (!(kind in readers)) {
      return refuse("unsupported-format", `The document is ${kind}, which Textmill does not read.`);
    }
    const format = kind as keyof typeof readers;
    const { text, pictures } = await readers[format](zip, limits);
    const enclosed = await openPictures(readPictures(zip, pictures), open);
    return openWritten({ format, text, enclosed }, limits);
  } catch (error) {
    // yauzl and zlib only throw, and about the archive's bytes only.
    return refuse("corrupt", `The document is damaged. ${messageOf(error)}`);
  }
}

/** A picture that is damaged does not take the text with it. */
async function* readPictures(zip: Zip, names: string[]): AsyncGenerator<Uint8Array | Refusal> {
  for (const name of names) {
    try {
      yield await readWhole(zip, name);
    } catch (error) {
      yield refuse("corrupt", `The picture ${name} is damaged. ${messageOf(error)}`);
    }
  }
}

const readers = { docx: textOfDocx, odt: textOfOdt } satisfies Record<string, Reader>;

const openDocumentText = "application/vnd.oasis.opendocument.text";

async function kindOf(zip: Zip): Promise<string> {
  const has = (start: string) => zip.names.some((name) => name.startsWith(start));
  if (has("word/document")) return "docx";
  if (has("xl/")) return "an Excel workbook";
  if (has("ppt/")) return "a PowerPoint presentation";
  const mimetype = (await readWhole(zip, "mimetype")).toString("latin1").trim().slice(0, 100);
  if (mimetype.startsWith("application/vnd.oasis.opendocument.")) {
    const manifest = await readWhole(zip, "META-INF/manifest.xml");
    if (manifest.includes("encryption-data")) return "encrypted";
    const isText = mimetype === openDocumentText || mimetype === `${openDocumentText}-template`;
    return isText ? "odt" : `an OpenDocument file (${mimetype})`;
  }
  return mimetype === "" ? "a ZIP archive" : `a ZIP archive of the type ${mimetype}`;
}
