import { deflateSync } from "node:zlib";
import type { DecodedImage } from "./leptonica.ts";

/** A page's picture as a PDF can hold it: in the bytes of the document where PDF has their compression. */
export interface Picture {
  /** As it is stored. */
  width: number;
  height: number;
  /** How the stored picture is to be seen, by TIFF and EXIF: 1 to 8. */
  orientation: number;
  /** What its PDF dictionary says besides its size. */
  entries: string;
  bytes: Uint8Array;
}

/** A picture that had to be decoded, without loss: one bit a pixel where it is black and white. */
export function decodedPicture(decoded: Omit<DecodedImage, "dotsPerInch"> | undefined): Picture | undefined {
  if (decoded === undefined) return undefined;
  const { width, height, pixels, colours } = decoded;
  const isBilevel = colours === undefined && pixels.every((pixel) => pixel === 0 || pixel === 255);
  const components = colours === undefined ? 1 : 3;
  const rows = isBilevel ? packed(pixels, width) : predicted(colours ?? pixels, width * components);
  const predictor = isBilevel ? "" : `/DecodeParms<</Predictor 15/Colors ${components}/Columns ${width}>>`;
  return {
    width,
    height,
    orientation: 1,
    entries: `/ColorSpace/${deviceColours[components]}/BitsPerComponent ${isBilevel ? 1 : 8}/Filter/FlateDecode${predictor}`,
    bytes: deflateSync(rows),
  };
}

/** PDF's colour spaces by their number of components. */
export const deviceColours: Record<number, string> = { 1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK" };

function packed(pixels: Uint8Array, width: number): Uint8Array {
  const height = pixels.length / width;
  const rowBytes = Math.ceil(width / 8);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] === 0) continue;
      const at = y * rowBytes + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (128 >> (x & 7));
    }
  }
  return rows;
}

/** Each row led by PNG's filter 2, "up": paper is the same in row after row, so that differences compress best. */
function predicted(samples: Uint8Array, rowBytes: number): Uint8Array {
  const height = samples.length / rowBytes;
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const start = y * rowBytes;
    const to = y * (rowBytes + 1);
    rows[to] = 2;
    for (let at = 0; at < rowBytes; at++) {
      const above = y === 0 ? 0 : (samples[start - rowBytes + at] ?? 0);
      rows[to + 1 + at] = (samples[start + at] ?? 0) - above;
    }
  }
  return rows;
}
