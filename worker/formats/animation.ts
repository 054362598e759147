import type { Signature } from "./signature.ts";

/**
 * A GIF or WebP with its first picture only. Decoders unpack every picture of a GIF before they hand out the
 * first, and refuse a WebP of several. What is no animation, or cannot be followed, comes back as it is.
 */
export function firstPicture(bytes: Uint8Array, signature: Signature): Uint8Array {
  if (signature === "gif") return firstOfGif(bytes);
  return signature === "webp" ? firstOfWebp(bytes) : bytes;
}

const gif = { extension: 0x21, picture: 0x2c, trailer: 0x3b };

/** GIF89a, chapters 17 to 22: a screen, then extensions and pictures, each a chain of blocks. */
function firstOfGif(bytes: Uint8Array): Uint8Array {
  const screenAt = 6;
  let at = screenAt + 7 + coloursBytes(bytes[screenAt + 4]);
  while (bytes[at] === gif.extension) at = endOfBlocks(bytes, at + 2);
  if (bytes[at] !== gif.picture) return bytes;
  const end = endOfBlocks(bytes, at + 10 + coloursBytes(bytes[at + 9]) + 1);
  if (end >= bytes.length) return bytes;
  return Buffer.concat([bytes.subarray(0, end), Uint8Array.of(gif.trailer)]);
}

/** Of a table of colours, by the flags that announce it. */
const coloursBytes = (flags = 0) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Each block begins with its length; one of none ends the chain. */
function endOfBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let length = bytes[at]; length; length = bytes[at]) at += length + 1;
  return at + 1;
}

/** https://developers.google.com/speed/webp/docs/riff_container: in an animation each picture is a chunk of chunks. */
function firstOfWebp(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const frameHeaderBytes = 16;
  for (let at = 12; at + 8 + frameHeaderBytes <= file.length; ) {
    const start = at + 8;
    const end = start + file.readUInt32LE(at + 4);
    if (file.toString("latin1", at, at + 4) === "ANMF") {
      const size = file.subarray(start + 6, start + 12);
      return webpOf(size, file.subarray(start + frameHeaderBytes, end));
    }
    at = end + (end % 2);
  }
  return bytes;
}

function webpOf(size: Buffer, chunks: Buffer): Buffer {
  const head = Buffer.alloc(30);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(head.length - 8 + chunks.length, 4);
  head.write("WEBPVP8X", 8, "latin1");
  head.writeUInt32LE(10, 16);
  const hasTransparency = chunks.toString("latin1", 0, 4) === "ALPH";
  head.writeUInt8(hasTransparency ? 0x10 : 0, 20);
  size.copy(head, 24);
  return Buffer.concat([head, chunks]);
}
