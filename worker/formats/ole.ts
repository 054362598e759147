import { type CFB$Container, find, read } from "cfb";
import type { Limits } from "../contract.ts";
import { openDoc } from "./doc.ts";
import type { Open } from "./enclosed.ts";
import { type Opening, refuse } from "./page.ts";
import { needsPassword, unsupported } from "./refusals.ts";

/** The container of Office's formats before 2007, and of encrypted ones since (MS-CFB). */
export interface OleFile {
  /** The bytes of a stream of the root; `undefined` when there is none or it is cut off. */
  stream(name: string): Buffer | undefined;
}

/** Which stream makes a file what it is. */
const kinds = {
  "an Excel workbook": ["Workbook", "Book"],
  "a PowerPoint presentation": ["PowerPoint Document"],
  "an Outlook message": ["__properties_version1.0"],
  "a Visio drawing": ["VisioDocument"],
};

export async function openOle(bytes: Uint8Array, limits: Limits, open: Open): Promise<Opening> {
  let container: CFB$Container;
  try {
    container = read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), { type: "buffer" });
  } catch {
    // The library throws whatever its code runs into on a damaged file.
    return refuse("corrupt", "The OLE file is damaged or cut off.");
  }
  const has = (name: string) => find(container, `/${name}`) !== null;
  if (has("EncryptedPackage")) {
    return needsPassword;
  }
  if (has("WordDocument")) return openDoc({ stream: (name) => streamOf(container, name) }, limits, open);
  const [kind = "an OLE file of an unknown kind"] =
    Object.entries(kinds).find(([, streams]) => streams.some(has)) ?? [];
  return unsupported(kind);
}

function streamOf(container: CFB$Container, name: string): Buffer | undefined {
  const entry = find(container, `/${name}`);
  if (entry === null || entry.content === undefined || entry.content.length < entry.size) return undefined;
  return Buffer.from(entry.content);
}
