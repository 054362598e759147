import type { Limits } from "../contract.ts";
import { decodeText } from "./charset.ts";
import { type Open, openPictures } from "./enclosed.ts";
import type { OleFile } from "./ole.ts";
import { type Opening, refuse } from "./page.ts";
import { needsPassword, unsupported } from "./refusals.ts";
import { openWritten, tidyLines } from "./written.ts";

/** Offsets in the file information block (MS-DOC 2.5.1 to 2.5.6), the head of the stream WordDocument. */
const fib = {
  magic: 0x00,
  version: 0x02,
  flags: 0x0a,
  /** Where the text begins and ends in versions before Word 97. */
  textStart: 0x18,
  textEnd: 0x1c,
  clxOffset: 0x01a2,
  clxLength: 0x01a6,
};
const word97 = 0x00c1;
const flags = { complex: 0x0004, encrypted: 0x0100, table1: 0x0200 };

const damaged = refuse("corrupt", "The Word document is damaged or cut off.");

/** A document of Word 97 to 2003: text, notes, headers, comments and text boxes, then pictures. */
export async function openDoc(file: OleFile, limits: Limits, open: Open): Promise<Opening> {
  const main = file.stream("WordDocument");
  if (main === undefined || main.length < fib.clxLength + 4 || main.readUInt16LE(fib.magic) !== 0xa5ec) {
    return damaged;
  }
  const flag = main.readUInt16LE(fib.flags);
  if (flag & flags.encrypted) {
    return needsPassword;
  }
  const isOld = main.readUInt16LE(fib.version) < word97;
  if (isOld && flag & flags.complex) {
    return unsupported("a fast-saved document of Word 95 or older");
  }
  const characters = isOld
    ? decodeText(main.subarray(main.readUInt32LE(fib.textStart), main.readUInt32LE(fib.textEnd)))
    : charactersOf(main, file.stream(flag & flags.table1 ? "1Table" : "0Table"));
  if (characters === undefined) return damaged;
  const enclosed = await openPictures(picturesIn(file.stream("Data") ?? Buffer.alloc(0)), open);
  return openWritten({ format: "doc", text: textOf(characters), enclosed }, limits);
}

/** All text lies in pieces (MS-DOC 2.4.1); `undefined` when a piece lies outside the stream. */
function charactersOf(main: Buffer, table: Buffer | undefined): string | undefined {
  const clxOffset = main.readUInt32LE(fib.clxOffset);
  const clx = table?.subarray(clxOffset, clxOffset + main.readUInt32LE(fib.clxLength));
  const pieces = clx && piecesIn(clx);
  if (pieces === undefined) return undefined;
  const texts: string[] = [];
  for (const { offset, characters, bytesPerCharacter } of pieces) {
    const bytes = main.subarray(offset, offset + characters * bytesPerCharacter);
    if (bytes.length < characters * bytesPerCharacter) return undefined;
    texts.push(new TextDecoder(bytesPerCharacter === 1 ? "windows-1252" : "utf-16le").decode(bytes));
  }
  return texts.join("");
}

interface Piece {
  offset: number;
  characters: number;
  bytesPerCharacter: 1 | 2;
}

/** The piece table comes after any number of property changes (MS-DOC 2.9.38). */
function piecesIn(clx: Buffer): Piece[] | undefined {
  let at = 0;
  while (at + 3 <= clx.length && clx[at] === 1) at += 3 + clx.readUInt16LE(at + 1);
  if (at + 5 > clx.length || clx[at] !== 2) return undefined;
  const plc = clx.subarray(at + 5, at + 5 + clx.readUInt32LE(at + 1));
  const count = Math.floor((plc.length - 4) / 12);
  if (count < 1) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const descriptor = plc.readUInt32LE((count + 1) * 4 + index * 8 + 2);
    const isCompressed = (descriptor & 0x4000_0000) !== 0;
    const offset = descriptor & 0x3fff_ffff;
    return {
      offset: isCompressed ? offset / 2 : offset,
      characters: Math.max(0, plc.readUInt32LE(index * 4 + 4) - plc.readUInt32LE(index * 4)),
      bytesPerCharacter: isCompressed ? 1 : 2,
    };
  });
}

const field = { begin: 0x13, separator: 0x14, end: 0x15 };
const cellEnd = 0x07;
/** Word's special characters (MS-DOC 2.4.1 and 2.9.229); other control characters are anchors of what is no text. */
const special = new Map([
  [0x09, "\t"],
  [0x0b, "\n"],
  [0x0c, "\n"],
  [0x0d, "\n"],
  [0x0e, "\n"],
  [0x1e, "-"],
]);

/** Of a field its result shows, not its code. A cell's end ends the row too when it comes right after another. */
function textOf(characters: string): string {
  const parts: string[] = [];
  const inCode: boolean[] = [];
  let hidden = 0;
  let start = 0;
  let previous = 0;
  for (let at = 0; at <= characters.length; at++) {
    const code = at < characters.length ? characters.charCodeAt(at) : 0;
    if (code >= 0x20) {
      previous = code;
      continue;
    }
    if (hidden === 0) parts.push(characters.slice(start, at));
    start = at + 1;
    if (code === field.begin) {
      inCode.push(true);
      hidden++;
    } else if (code === field.separator && inCode.at(-1)) {
      inCode[inCode.length - 1] = false;
      hidden--;
    } else if (code === field.end && inCode.pop()) hidden--;
    else if (hidden === 0)
      parts.push(code === cellEnd ? (previous === cellEnd ? "\n" : "\t") : (special.get(code) ?? ""));
    previous = code;
  }
  return tidyLines(parts.join(""));
}

/** Types of the records that hold a JPEG or a PNG (MS-ODRAW 2.2.23). */
const pictureRecords = { 61469: "jpeg", 61470: "png", 61482: "jpeg" };

/** Pictures are records among others in the stream Data; each is found by its head and its first bytes. */
function* picturesIn(data: Buffer): Generator<Uint8Array> {
  for (let at = data.indexOf(0xf0); at >= 0; at = data.indexOf(0xf0, at + 1)) {
    const headAt = at - 3;
    if (headAt < 0 || headAt + 8 > data.length || !(data.readUInt16LE(headAt + 2) in pictureRecords))
      continue;
    const end = headAt + 8 + data.readUInt32LE(headAt + 4);
    // One identifier of 16 bytes or two, then a tag.
    const start = [headAt + 8 + 17, headAt + 8 + 33].find((from) => startsPicture(data, from));
    if (start === undefined || end > data.length || end <= start) continue;
    yield data.subarray(start, end);
    at = end;
  }
}

const startsPicture = (data: Buffer, at: number) =>
  data.length >= at + 4 &&
  [0xffd8ff00, 0x89504e47].includes(
    (data.readUInt32BE(at) & (data[at] === 0xff ? 0xffffff00 : 0xffffffff)) >>> 0,
  );
