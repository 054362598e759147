import type { Limits } from "../contract.ts";
import { textOfDocx } from "./docx.ts";
import { type Open, openPictures } from "./enclosed.ts";
import { textOfOdt } from "./odt.ts";
import { type Opening, type Refusal, refuse } from "./page.ts";
import { messageOf, needsPassword, unsupported } from "./refusals.ts";
import { openWritten } from "./written.ts";
import { openZip, readWhole, type Zip } from "./zip.ts";

/** The text of an office document, and where its pictures are, in the order in which they stand in it. */
export interface OfficeText {
  text: string;
  pictures: string[];
}

/** DOCX and ODT: the text, then each picture in it as a page. */
export async function openOffice(bytes: Uint8Array, limits: Limits, open: Open): Promise<Opening> {
  const opening = await openZip(bytes, limits);
  if (opening.outcome === "refused") return opening;
  const { zip } = opening;
  const reading = await readText(zip, limits);
  if (reading.outcome === "refused") return reading;
  const { format, text, pictures } = reading;
  const enclosed = await openPictures(readPictures(zip, pictures), open);
  return openWritten({ format, text, enclosed }, limits);
}

const readers = { docx: textOfDocx, odt: textOfOdt };
type Format = keyof typeof readers;

async function readText(
  zip: Zip,
  limits: Limits,
): Promise<({ outcome: "read"; format: Format } & OfficeText) | Refusal> {
  try {
    const format = await formatOf(zip);
    if (typeof format !== "string") return format;
    return { outcome: "read", format, ...(await readers[format](zip, limits)) };
  } catch (error) {
    // yauzl and zlib only throw, and about the archive's bytes only.
    return refuse("corrupt", `The document is damaged. ${messageOf(error)}`);
  }
}

/** A picture that is damaged does not take the text with it. */
async function* readPictures(zip: Zip, names: string[]): AsyncGenerator<Uint8Array | Refusal> {
  for (const name of names) yield await readPicture(zip, name);
}

async function readPicture(zip: Zip, name: string): Promise<Uint8Array | Refusal> {
  try {
    return await readWhole(zip, name);
  } catch (error) {
    return refuse("corrupt", `The picture ${name} is damaged. ${messageOf(error)}`);
  }
}

const openDocument = "application/vnd.oasis.opendocument.";

async function formatOf(zip: Zip): Promise<Format | Refusal> {
  const has = (start: string) => zip.names.some((name) => name.startsWith(start));
  if (has("word/document")) return "docx";
  if (has("xl/")) return unsupported("an Excel workbook");
  if (has("ppt/")) return unsupported("a PowerPoint presentation");
  const mimetype = (await readWhole(zip, "mimetype")).toString("latin1", 0, 100).trim();
  if (mimetype === "") return unsupported("a ZIP archive");
  if (!mimetype.startsWith(openDocument)) return unsupported(`a ZIP archive of the type ${mimetype}`);
  const manifest = await readWhole(zip, "META-INF/manifest.xml");
  if (manifest.includes("encryption-data")) return needsPassword;
  const kind = mimetype.slice(openDocument.length);
  return kind === "text" || kind === "text-template" ? "odt" : unsupported(`an OpenDocument ${kind}`);
}
