import type { Core, Pix, TessBaseApi } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import { loadTesseractCore } from "../tesseract-core.ts";

/**
 * Decodes images with Leptonica, which Tesseract's WASM carries anyway (with libpng, libjpeg, libtiff,
 * libwebp and giflib): no other decoder has to be shipped, and an image is read as Tesseract would.
 */
export interface ImageDecoder {
  /** `exifOrientation` is 1 to 8. `undefined` when Leptonica cannot read the bytes. */
  decode(bytes: Uint8Array, exifOrientation: number, wanted: "grey" | "colours"): DecodedImage | undefined;
}

export interface DecodedImage {
  width: number;
  height: number;
  /** Grey, 0 is black; what is transparent shows white. */
  pixels: Uint8Array;
  /** Red, green and blue of each pixel, where they were wanted and the image has any. */
  colours?: Uint8Array | undefined;
  /** As the file says, 0 when it does not. */
  dotsPerInch: number;
}

export async function loadImageDecoder(): Promise<ImageDecoder> {
  const { core, memory } = await loadTesseractCore({ print() {}, printErr() {} });
  const api = new core.TessBaseAPI();
  api.InitForAnalysePage();
  return {
    decode: (bytes, exifOrientation, wanted) => {
      const pix = readPix(core, api, bytes, exifOrientation);
      if (pix === undefined) return undefined;
      const decoded = greyOf(core, pix, memory);
      if (wanted === "colours") decoded.colours = coloursOf(core, pix, memory);
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
  const layout = layoutOf(pix);
  const pixels = unpack(wordsOf(pix, memory), layout, greyLevels(core, pix, memory));
  return { width: layout.width, height: layout.height, pixels, dotsPerInch: pix.get_xres() };
}

const layoutOf = (pix: Pix): Layout => ({
  width: pix.get_w(),
  height: pix.get_h(),
  depth: pix.get_d(),
  wordsPerRow: pix.get_wpl(),
});

const wordsOf = (pix: Pix, memory: WebAssembly.Memory) =>
  new Uint32Array(memory.buffer, pix.get_data(), pix.get_wpl() * pix.get_h());

function coloursOf(core: Core, pix: Pix, memory: WebAssembly.Memory): Uint8Array | undefined {
  const layout = layoutOf(pix);
  const words = wordsOf(pix, memory);
  if (layout.depth === 32) return coloursOfWords(words);
  const quads = colourMap(core, pix, memory);
  if (quads === undefined) return undefined;
  // The indices themselves, for which "levels" that change nothing are given.
  const indices = unpack(
    words,
    layout,
    Uint8Array.from({ length: 256 }, (_, index) => index),
  );
  return unlessGrey(indices.length, (at) => {
    const [blue = 255, green = 255, red = 255] = quads.subarray((indices[at] ?? 0) * 4);
    return (red << 24) | (green << 16) | (blue << 8);
  });
}

const coloursOfWords = (words: Uint32Array) => unlessGrey(words.length, (at) => words[at] ?? 0);

/** Of pixels given as red, green and blue in the upper bytes of a number; `undefined` when none has a colour. */
function unlessGrey(pixels: number, colourAt: (at: number) => number): Uint8Array | undefined {
  const colours = new Uint8Array(pixels * 3);
  let isGrey = true;
  for (let at = 0; at < pixels; at++) {
    const colour = colourAt(at);
    const [red, green, blue] = [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255];
    isGrey &&= red === green && green === blue;
    colours[at * 3] = red;
    colours[at * 3 + 1] = green;
    colours[at * 3 + 2] = blue;
  }
  return isGrey ? undefined : colours;
}

/** Leptonica's RGBA_QUADs: blue, green, red, alpha. */
function colourMap(core: Core, pix: Pix, memory: WebAssembly.Memory): Uint8Array | undefined {
  const map = pix.get_colormap();
  if (core.getPointer(map) === 0) return undefined;
  return new Uint8Array(memory.buffer, map.get_array(), map.get_n() * 4);
}

/** Weights of ITU-R BT.601. */
export const luminance = (red: number, green: number, blue: number) =>
  (red * 77 + green * 150 + blue * 29) >> 8;

/** Of red, green and blue for each pixel. */
export function greyOfColours(colours: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(colours.length / 3);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = luminance(colours[at * 3] ?? 255, colours[at * 3 + 1] ?? 255, colours[at * 3 + 2] ?? 255);
  }
  return pixels;
}

/** The grey level of each value that a pixel of up to 8 bits can have. */
function greyLevels(core: Core, pix: Pix, memory: WebAssembly.Memory): Uint8Array {
  const depth = pix.get_d();
  const levels = new Uint8Array(256);
  const quads = colourMap(core, pix, memory);
  if (quads !== undefined) {
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
  if (depth === 32) {
    for (let at = 0; at < pixels.length; at++) pixels[at] = luminanceOfWord(words[at] as number);
    return pixels;
  }
  const bits = Math.min(depth, 8); // of a pixel of 16 bits the upper ones
  const highest = 2 ** bits - 1;
  for (let row = 0, at = 0; row < height; row++) {
    const rowEnd = at + width;
    for (let wordAt = row * wordsPerRow; at < rowEnd; wordAt++) {
      const word = words[wordAt] as number;
      for (let shift = 32 - bits; shift >= 0 && at < rowEnd; shift -= depth) {
        pixels[at++] = levels[(word >>> shift) & highest] as number;
      }
    }
  }
  return pixels;
}

const luminanceOfWord = (word: number) => luminance(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255);
