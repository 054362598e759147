import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { type Bilevel, encodeGroup4 } from "./fax.ts";
import type { GrayPage } from "./page.ts";

export function blackAndWhite({ width, height, gray }: GrayPage, threshold = 150): Bilevel {
  return { width, height, black: Uint8Array.from(gray, (value) => (value < threshold ? 1 : 0)) };
}

const dotsPerMetre = (dotsPerInch: number) => Math.round(dotsPerInch / 0.0254);

/** `bitsPerPixel` each, rows padded to a multiple of `alignment` bytes. */
function pack({ width, height, gray }: GrayPage, bitsPerPixel: number, alignment: number): Uint8Array[] {
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8 / alignment) * alignment;
  const perByte = 8 / bitsPerPixel;
  return Array.from({ length: height }, (_, y) => {
    const row = new Uint8Array(rowBytes);
    for (let x = 0; x < width; x++) {
      const value = Math.floor((gray[y * width + x] ?? 0) / 2 ** (8 - bitsPerPixel));
      const at = Math.floor(x / perByte);
      row[at] = (row[at] ?? 0) | (value << (8 - bitsPerPixel * ((x % perByte) + 1)));
    }
    return row;
  });
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

/** Grays of 1, 4 or 8 bits; one bit is white from 128 on. */
export function png(page: GrayPage, dotsPerInch: number, bitsPerPixel: 1 | 4 | 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(page.width, 0);
  header.writeUInt32BE(page.height, 4);
  header.writeUInt8(bitsPerPixel, 8);
  const resolution = Buffer.alloc(9);
  resolution.writeUInt32BE(dotsPerMetre(dotsPerInch), 0);
  resolution.writeUInt32BE(dotsPerMetre(dotsPerInch), 4);
  resolution.writeUInt8(1, 8);
  const filterNone = Buffer.alloc(1);
  const rows = Buffer.concat(pack(page, bitsPerPixel, 1).flatMap((row) => [filterNone, row]));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", header),
    pngChunk("pHYs", resolution),
    pngChunk("IDAT", deflateSync(rows, { level: 9 })),
    pngChunk("IEND", new Uint8Array()),
  ]);
}

/** One bit a pixel, rows from the bottom up, as most programs write it; white from 128 on. */
export function bmp(page: GrayPage, dotsPerInch: number): Buffer {
  const rows = Buffer.concat(pack(page, 1, 4).reverse());
  const head = Buffer.alloc(62);
  head.write("BM", 0, "latin1");
  head.writeUInt32LE(head.length + rows.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(page.width, 18);
  head.writeInt32LE(page.height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(1, 28);
  head.writeUInt32LE(rows.length, 34);
  head.writeInt32LE(dotsPerMetre(dotsPerInch), 38);
  head.writeInt32LE(dotsPerMetre(dotsPerInch), 42);
  head.writeUInt32LE(2, 46);
  head.writeUInt32LE(0xffffff, 58);
  return Buffer.concat([head, rows]);
}

/** Sorted by tag, as TIFF wants it. Values are what fits in four bytes. */
type Directory = [tag: number, type: 2 | 3 | 4 | 5, count: number, value: number][];

const dateTime = "1912:05:04 10:00:00\0";

/** One bit a pixel, CCITT group 4, one strip a page. */
export function tiff(pages: Bilevel[], dotsPerInch: number): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let offset = 8;
  for (const [index, page] of pages.entries()) {
    const part = tiffPage(page, dotsPerInch, offset, index === pages.length - 1);
    parts.push(part);
    offset += part.length;
  }
  return Buffer.concat(parts);
}

/** Directory, resolution, date, strip, and what makes the length even. */
function tiffPage(page: Bilevel, dotsPerInch: number, offset: number, last: boolean): Buffer {
  const strip = encodeGroup4(page);
  const entries = 13;
  const resolutionAt = offset + 2 + entries * 12 + 4;
  const dateAt = resolutionAt + 8;
  const stripAt = dateAt + dateTime.length;
  const end = stripAt + strip.length + (strip.length % 2);
  const directory: Directory = [
    [256, 4, 1, page.width],
    [257, 4, 1, page.height],
    [258, 3, 1, 1],
    [259, 3, 1, 4],
    [262, 3, 1, 0],
    [273, 4, 1, stripAt],
    [277, 3, 1, 1],
    [278, 4, 1, page.height],
    [279, 4, 1, strip.length],
    [282, 5, 1, resolutionAt],
    [283, 5, 1, resolutionAt],
    [296, 3, 1, 2],
    [306, 2, dateTime.length, dateAt],
  ];
  const part = Buffer.alloc(end - offset);
  part.writeUInt16LE(directory.length, 0);
  for (const [index, [tag, type, count, value]] of directory.entries()) {
    const at = 2 + index * 12;
    part.writeUInt16LE(tag, at);
    part.writeUInt16LE(type, at + 2);
    part.writeUInt32LE(count, at + 4);
    part.writeUInt32LE(value, at + 8);
  }
  part.writeUInt32LE(last ? 0 : end, 2 + entries * 12);
  part.writeUInt32LE(dotsPerInch, resolutionAt - offset);
  part.writeUInt32LE(1, resolutionAt - offset + 4);
  part.write(dateTime, dateAt - offset, "latin1");
  part.set(strip, stripAt - offset);
  return part;
}

const sharpOf = ({ width, height, gray }: GrayPage, dotsPerInch: number) =>
  sharp(gray, { raw: { width, height, channels: 1 } })
    .toColourspace("b-w")
    .withMetadata({ density: dotsPerInch });

export const jpeg = (page: GrayPage, dotsPerInch: number, quality = 70): Promise<Buffer> =>
  sharpOf(page, dotsPerInch).jpeg({ quality }).toBuffer();

export const webp = (page: GrayPage, dotsPerInch: number, quality = 60): Promise<Buffer> =>
  sharpOf(page, dotsPerInch).webp({ quality }).toBuffer();

/** Four grays, so that the noise of the paper does not fill the file. */
export function gif(page: GrayPage, dotsPerInch: number): Promise<Buffer> {
  const gray = page.gray.map((value) => Math.round(value / 85) * 85);
  return sharpOf({ ...page, gray }, dotsPerInch)
    .gif({ colours: 4, dither: 0 })
    .toBuffer();
}
