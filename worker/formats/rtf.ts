import type { Limits } from "../contract.ts";
import { decoderFor } from "./charset.ts";
import { type Open, openPictures } from "./enclosed.ts";
import { type Opening, refuse } from "./page.ts";
import { maxCharacters, refuseTooMuchText } from "./text-limit.ts";
import { openWritten, tidyLines } from "./written.ts";

/**
 * One step of RTF 1.9.1: a control word with its number and the space that ends it, a character in
 * hexadecimal, a control symbol, a brace, or text. Line breaks mean nothing.
 */
const step = /\\([a-zA-Z]+)(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)/g;

/** What stands in these groups is not the document's text. */
const notText = new Set(
  "fonttbl colortbl stylesheet info pict nonshppict filetbl pntxta pntxtb sn sv xe tc tcn private".split(" "),
);
/** Groups marked as to be ignored by readers that do not know them, in which text or pictures lie all the same. */
const knownAlthoughOptional = new Set(["shppict", "shpinst", "footnote", "annotation"]);

const characters: Record<string, string> = {
  par: "\n",
  line: "\n",
  sect: "\n",
  page: "\n",
  row: "\n",
  nestrow: "\n",
  cell: "\t",
  nestcell: "\t",
  tab: "\t",
  emdash: "\u2014",
  endash: "\u2013",
  lquote: "\u2018",
  rquote: "\u2019",
  ldblquote: "\u201c",
  rdblquote: "\u201d",
  bullet: "\u2022",
  "~": "\u00a0",
  _: "-",
  "\n": "\n",
  "\r": "\n",
  "{": "{",
  "}": "}",
  "\\": "\\",
};

/** Encodings of a font's \fcharset; of others that of the document holds. */
const charsets: Record<number, string> = {
  77: "macintosh",
  128: "shift_jis",
  129: "euc-kr",
  134: "gbk",
  136: "big5",
  161: "windows-1253",
  162: "windows-1254",
  163: "windows-1258",
  177: "windows-1255",
  178: "windows-1256",
  186: "windows-1257",
  204: "windows-1251",
  222: "windows-874",
  238: "windows-1250",
};

/** Code pages that the Encoding Standard knows by another name than windows-…; of a DOS one only letters differ. */
const codePages: Record<number, string> = {
  866: "ibm866",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  10000: "macintosh",
  65001: "utf-8",
};

/** What a group inherits from the one around it. */
interface Group {
  isText: boolean;
  isPicture: boolean;
  isFontTable: boolean;
  encoding: string;
  /** How many characters after a Unicode one repeat it for readers that know none. */
  fallbackCharacters: number;
}

interface Reading {
  parts: string[];
  /** Bytes of one encoding that are yet to be decoded: a character can take several. */
  bytes: number[];
  group: Group;
  outer: Group[];
  fonts: Map<number, string>;
  font: number;
  documentEncoding: string;
  toSkip: number;
  startsOptional: boolean;
  pictures: string[][];
  /** Of text so far, at least; what comes beyond the most is left out. */
  characters: number;
  maxCharacters: number;
}

export async function openRtf(bytes: Uint8Array, limits: Limits, open: Open): Promise<Opening> {
  const reading = read(Buffer.from(bytes).toString("latin1"), maxCharacters(limits));
  if (reading.characters > reading.maxCharacters) return refuseTooMuchText(limits);
  if (reading.outer.length > 0) return refuse("corrupt", "The RTF is cut off: its last group is not closed.");
  const pictures = reading.pictures.map((hex) => Buffer.from(hex.join("").replaceAll(" ", ""), "hex"));
  const enclosed = await openPictures(pictures, open);
  return openWritten({ format: "rtf", text: tidyLines(reading.parts.join("")), enclosed }, limits);
}

function read(rtf: string, maxCharacters: number): Reading {
  const encoding = "windows-1252";
  const reading: Reading = {
    parts: [],
    bytes: [],
    group: { isText: true, isPicture: false, isFontTable: false, encoding, fallbackCharacters: 1 },
    outer: [],
    fonts: new Map(),
    font: 0,
    documentEncoding: encoding,
    toSkip: 0,
    startsOptional: false,
    pictures: [],
    characters: 0,
    maxCharacters,
  };
  const steps = new RegExp(step);
  for (let match = steps.exec(rtf); match !== null; match = steps.exec(rtf)) {
    const [, word, number, hex, symbol, brace, text] = match;
    if (brace) turnAt(reading, brace);
    else if (text) addText(reading, text);
    else if (hex) addByte(reading, Number.parseInt(hex, 16));
    else if (symbol === "*") reading.startsOptional = true;
    else if (symbol) addCharacters(reading, characters[symbol] ?? "");
    else if (word === "bin") steps.lastIndex += Math.max(0, Number(number ?? 0));
    else if (word) obey(reading, word, number === undefined ? undefined : Number(number));
    if (symbol !== "*") reading.startsOptional = false;
  }
  decodeBytes(reading);
  return reading;
}

function turnAt(reading: Reading, brace: string): void {
  decodeBytes(reading);
  reading.toSkip = 0;
  if (brace === "{") {
    reading.outer.push(reading.group);
    reading.group = { ...reading.group };
  } else reading.group = reading.outer.pop() ?? reading.group;
}

function addText(reading: Reading, text: string): void {
  const { group } = reading;
  if (group.isPicture) reading.pictures.at(-1)?.push(text);
  if (!group.isText) return;
  const skipped = Math.min(reading.toSkip, text.length);
  reading.toSkip -= skipped;
  reading.characters += text.length - skipped;
  if (reading.characters > reading.maxCharacters) return;
  for (let at = skipped; at < text.length; at++) reading.bytes.push(text.charCodeAt(at));
}

function addByte(reading: Reading, byte: number): void {
  if (reading.toSkip > 0) reading.toSkip--;
  else if (reading.group.isText) reading.bytes.push(byte);
}

function addCharacters(reading: Reading, text: string): void {
  decodeBytes(reading);
  if (reading.group.isText) reading.parts.push(text);
}

function decodeBytes(reading: Reading): void {
  if (reading.bytes.length === 0) return;
  const decoder = decoderFor(reading.group.encoding) ?? new TextDecoder("windows-1252");
  reading.parts.push(decoder.decode(Uint8Array.from(reading.bytes)));
  reading.bytes = [];
}

function obey(reading: Reading, word: string, number: number | undefined): void {
  const { group } = reading;
  if (notText.has(word) || (reading.startsOptional && !knownAlthoughOptional.has(word))) {
    beginOther(reading, word);
  } else if (Object.hasOwn(characters, word)) addCharacters(reading, characters[word] ?? "");
  else if (word === "u" && number !== undefined) addUnicode(reading, number);
  else if (word === "deleted" && number !== 0) group.isText = false;
  else if (word === "uc") group.fallbackCharacters = Math.max(0, number ?? 1);
  else if (word === "f") useFont(reading, number ?? 0);
  else if (word === "fcharset" && group.isFontTable) {
    reading.fonts.set(reading.font, charsets[number ?? 0] ?? "");
  } else if (word === "ansicpg") setDocumentEncoding(reading, number ?? 1252);
  else if (word === "mac") setDocumentEncoding(reading, 10000);
}

/** A group that is no text. Of all that stands in such groups only a picture's own bytes and the fonts matter. */
function beginOther(reading: Reading, word: string): void {
  decodeBytes(reading);
  const { group } = reading;
  group.isPicture = group.isText && word === "pict";
  group.isFontTable ||= group.isText && word === "fonttbl";
  group.isText = false;
  if (group.isPicture) reading.pictures.push([]);
}

/** Numbers from 32,768 on are written as negative ones. */
function addUnicode(reading: Reading, number: number): void {
  addCharacters(reading, String.fromCharCode(number & 0xffff));
  reading.toSkip = reading.group.fallbackCharacters;
}

function useFont(reading: Reading, font: number): void {
  if (reading.group.isFontTable) {
    reading.font = font;
    return;
  }
  decodeBytes(reading);
  reading.group.encoding = reading.fonts.get(font) || reading.documentEncoding;
}

function setDocumentEncoding(reading: Reading, codePage: number): void {
  reading.documentEncoding = codePages[codePage] ?? `windows-${codePage}`;
  reading.group.encoding = reading.documentEncoding;
}
