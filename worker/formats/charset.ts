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
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

export function labelOfMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}
