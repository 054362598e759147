export type Signature =
  | "pdf"
  | "png"
  | "jpeg"
  | "jpeg2000"
  | "tiff"
  | "bmp"
  | "webp"
  | "gif"
  | "zip"
  | "ole"
  | "rtf";

/** A PDF's header may come after up to 1,024 bytes of anything (ISO 32000-1, annex H, note 13). */
const pdfHeader = { text: "%PDF-", within: 1024 };

/** The first bytes of each other format, in hexadecimal; a dot stands for any half byte. */
const signatures: { signature: Signature; pattern: RegExp }[] = [
  { signature: "png", pattern: /^89504e470d0a1a0a/ },
  { signature: "jpeg", pattern: /^ffd8ff/ },
  // A JP2 file's first box, or a bare codestream.
  { signature: "jpeg2000", pattern: /^(?:0000000c6a5020200d0a870a|ff4fff51)/ },
  // The byte order "II" or "MM", then in that order 42 for a classic TIFF or 43 for a BigTIFF.
  { signature: "tiff", pattern: /^(?:4949(?:2a|2b)00|4d4d00(?:2a|2b))/ },
  // "RIFF", a length, "WEBP".
  { signature: "webp", pattern: /^52494646.{8}57454250/ },
  { signature: "gif", pattern: /^47494638(?:37|39)61/ },
  // "BM" alone is too weak: four reserved bytes are 0 and the second header has one of a few lengths.
  { signature: "bmp", pattern: /^424d.{8}00000000.{8}(?:0c|28|34|38|40|6c|7c)000000/ },
  // A first file, or the end of an archive without any.
  { signature: "zip", pattern: /^504b(?:0304|0506)/ },
  { signature: "ole", pattern: /^d0cf11e0a1b11ae1/ },
  // "{\rtf"
  { signature: "rtf", pattern: /^7b5c727466/ },
];

/** The format that a document's first bytes claim, whatever its name says. */
export function signatureOf(bytes: Uint8Array): Signature | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, pdfHeader.within));
  const hex = head.toString("hex", 0, 32);
  const found = signatures.find(({ pattern }) => pattern.test(hex));
  return found?.signature ?? (head.includes(pdfHeader.text) ? "pdf" : undefined);
}
