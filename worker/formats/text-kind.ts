import { labelOfMark } from "./charset.ts";

export type TextKind = "html" | "email" | "text";

/** What kind of text the bytes are; `undefined` when they are no text. */
export function textKindOf(bytes: Uint8Array): TextKind | undefined {
  const mark = labelOfMark(bytes);
  if (!mark?.startsWith("utf-16") && !bytes.every(isOfText)) return undefined;
  const head = new TextDecoder(mark?.startsWith("utf-16") ? mark : "latin1").decode(bytes.subarray(0, 4096));
  if (isHtml(head)) return "html";
  return isEmail(head) ? "email" : "text";
}

/** All but control characters; of those, tab, line feed, form feed, carriage return, DOS's end of file and escape. */
const isOfText = (byte: number) =>
  byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1a || byte === 0x1b;

/** The tags by which https://mimesniff.spec.whatwg.org/ knows HTML. */
const htmlStart =
  /^(?:<!doctype html|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta)(?=[\s>]))/i;
/** What may come before: a byte order mark (in Latin-1 or read), white space, comments, an XML declaration. */
const beforeStart = /^(?:\s|\ufeff|ï»¿|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)+/;

const isHtml = (head: string) => htmlStart.test(head.replace(beforeStart, ""));

/** RFC 5322: lines "Name: value", those that begin with a space going on with the line before. */
const headerLine = /^(?:[!-9;-~]+:|[ \t]+\S)/;
const knownHeader = /^(?:from|to|date|subject|message-id|received|return-path|delivered-to|mime-version):/i;

/** Two headers that only an e-mail has, and nothing but headers before the first empty line. */
function isEmail(head: string): boolean {
  const lines = head.split(/\r?\n/);
  const end = lines.indexOf("");
  const headers = (end === -1 ? lines.slice(0, -1) : lines.slice(0, end)).filter(
    // The envelope of an mbox file.
    (line, index) => !(index === 0 && line.startsWith("From ")),
  );
  return (
    headers.every((line) => headerLine.test(line)) &&
    headers.filter((line) => knownHeader.test(line)).length >= 2
  );
}
