import { TextDecoder } from "node:util";
import { detect } from "chardet";

/** Text of any encoding: a byte order mark counts first, then what the document declares, then what fits. */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const label = labelOfMark(bytes) ?? declared;
  if (label !== undefined && !isUtf8(label)) {
    const decoder = decoderFor(label);
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8, which bytes of another encoding almost never are by chance.
    return (decoderFor(detect(sampleOf(bytes)) ?? fallback) ?? new TextDecoder(fallback)).decode(bytes);
  }
}

/** What Latin-1 means on the web, and in most programs that wrote it. */
const fallback = "windows-1252";

const isUtf8 = (label: string) => /^utf-?8$/i.test(label);

/** Guessing takes time with the length, and more text makes no better guess. */
const sampleOf = (bytes: Uint8Array) => bytes.subarray(0, 64 * 1024);

/** `undefined` for a label that the Encoding Standard does not know. */
export function decoderFor(label: string): TextDecoder | undefined {
  const known = decoders.get(label);
  if (known) return known;
  try {
    const decoder = new TextDecoder(label);
    decoders.set(label, decoder);
    return decoder;
  } catch {
    return undefined;
  }
}

/** They keep nothing from one text to the next, and RTF changes its encoding with every font. */
const decoders = new Map<string, TextDecoder>();

export function labelOfMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/**
 * No text has the control characters U+0080 to U+009F. They are what Windows-1252 becomes under the name of
 * Latin-1, and, in many releases of Node 20 to 24, under its own (https://github.com/nodejs/node/issues/56542).
 */
export const withoutControls = (text: string) =>
  text.replace(/[\x80-\x9f]/g, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? "");

const windows1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
