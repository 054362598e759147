import type { Core, Pix, TessBaseApi } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import { loadTesseractCore } from "../tesseract-core.ts";

/**
 * Decodes images with Leptonica, which Tesseract's WASM carries anyway (with libpng, libjpeg, libtiff,
 * libwebp and giflib): no other decoder has to be shipped, and an image is read as Tesseract would.
 */
export interface ImageDecoder {
  /** `exifOrientation` is 1 to 8. `undefined` when Leptonica cannot read the bytes. */
  decode(bytes: Uint8Array, exifOrientation: number): DecodedImage | undefined;
}

export interface DecodedImage {
  width: number;
  height: number;
  /** Grey, 0 is black; what is transparent shows white. */
  pixels: Uint8Array;
  /** As the file says, 0 when it does not. */
  dotsPerInch: number;
}

export async function loadImageDecoder(): Promise<ImageDecoder> {
  const { core, memory } = await loadTesseractCore({ print() {}, printErr() {} });
  const api = new core.TessBaseAPI();
  api.InitForAnalysePage();
  return {
    decode: (bytes, exifOrientation) => {
      const pix = readPix(core, api, bytes, exifOrientation);
      if (pix === undefined) return undefined;
      const decoded = greyOf(core, pix, memory);
      api.Clear();
      return decoded;
    },
  };
}

function readPix(core: Core, api: TessBaseApi, bytes: Uint8Array, exifOrientation: number): Pix | undefined {
  core.FS.writeFile("/input", bytes);
  const failed = api.SetImageFile(exifOrientation, 0) !== 0;
  core.FS.unlink("/input");
  return failed ? undefined : api.GetInputImage();
}

function greyOf(core: Core, pix: Pix, memory: WebAssembly.Memory): DecodedImage {
  const width = pix.get_w();
  const height = pix.get_h();
  const words = new Uint32Array(memory.buffer, pix.get_data(), pix.get_wpl() * height);
  const pixels = unpack(
    words,
    { width, height, depth: pix.get_d(), wordsPerRow: pix.get_wpl() },
    greyLevels(core, pix, memory),
  );
  return { width, height, pixels, dotsPerInch: pix.get_xres() };
}

/** Weights of ITU-R BT.601. */
export const luminance = (red: number, green: number, blue: number) =>
  (red * 77 + green * 150 + blue * 29) >> 8;

/** The grey level of each value that a pixel of up to 8 bits can have. */
function greyLevels(core: Core, pix: Pix, memory: WebAssembly.Memory): Uint8Array {
  const depth = pix.get_d();
  const levels = new Uint8Array(256);
  const colours = pix.get_colormap();
  if (core.getPointer(colours) !== 0) {
    // Leptonica's RGBA_QUAD: blue, green, red, alpha.
    const quads = new Uint8Array(memory.buffer, colours.get_array(), colours.get_n() * 4);
    for (let index = 0; index * 4 < quads.length; index++) {
      const [blue = 0, green = 0, red = 0] = quads.subarray(index * 4);
      levels[index] = luminance(red, green, blue);
    }
    return levels;
  }
  const highest = 2 ** Math.min(depth, 8) - 1;
  for (let value = 0; value <= highest; value++) levels[value] = Math.round((value * 255) / highest);
  // In one-bit images without a colour map Leptonica has 1 for black.
  return depth === 1 ? levels.map((level) => 255 - level) : levels;
}

interface Layout {
  width: number;
  height: number;
  depth: number;
  wordsPerRow: number;
}

/** Leptonica packs pixels into 32-bit words, the first in the highest bits; a colour pixel is one word, red first. */
function unpack(
  words: Uint32Array,
  { width, height, depth, wordsPerRow }: Layout,
  levels: Uint8Array,
): Uint8Array {
  const pixels = new Uint8Array(width * height);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const start = row * wordsPerRow;
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const word = words[start + (bit >>> 5)] ?? 0;
      if (depth === 32) {
        pixels[at++] = luminance(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255);
      } else if (depth === 16) {
        pixels[at++] = (word >>> (24 - (bit & 31))) & 255;
      } else {
        pixels[at++] = levels[(word >>> (32 - depth - (bit & 31))) & (2 ** depth - 1)] ?? 255;
      }
    }
  }
  return pixels;
}
