import { decode as decodeBmp } from "bmp-ts";
import { imageSize } from "image-size";
import type { Limits } from "../contract.ts";
import { firstPicture } from "./animation.ts";
import { exifDotsPerInch } from "./exif.ts";
import { type DecodedImage, greyOfColours, type ImageDecoder } from "./leptonica.ts";
import { type Opening, type PageContent, refuse } from "./page.ts";
import { decodedPicture, type Picture } from "./picture.ts";
import { jpegPicture } from "./picture-jpeg.ts";
import { pngPicture } from "./picture-png.ts";
import type { Signature } from "./signature.ts";

/** PNG, JPEG, BMP, WebP and GIF: one page. Of an animation the first picture counts. */
export function openImage(
  decoder: ImageDecoder,
  file: Uint8Array,
  signature: Signature,
  limits: Limits,
): Opening {
  const bytes = firstPicture(file, signature);
  const header = readHeader(bytes);
  if (header === undefined) return refuse("corrupt", `The header of the ${signature} cannot be read.`);
  const tooLarge = refuseTooManyPixels(header.width, header.height, limits);
  if (tooLarge) return tooLarge;
  return {
    outcome: "opened",
    document: {
      format: signature,
      pages: 1,
      page: async () =>
        imagePage(
          decode(decoder, bytes, signature, header.orientation, "grey"),
          signature,
          signature === "jpeg" ? exifDotsPerInch(bytes) : undefined,
        ),
      picture: async () =>
        storedPicture(bytes, signature, header.orientation) ??
        decodedPicture(decode(decoder, bytes, signature, header.orientation, "colours")),
      close() {},
    },
  };
}

function storedPicture(bytes: Uint8Array, signature: Signature, orientation: number): Picture | undefined {
  if (signature === "jpeg") return jpegPicture(bytes, orientation);
  if (signature === "png") return pngPicture(bytes, orientation);
  return undefined;
}

/** Leptonica reads no run-length coded BMP, which is what many scanners' palettes come in. */
function decode(
  decoder: ImageDecoder,
  bytes: Uint8Array,
  signature: Signature,
  orientation: number,
  wanted: "grey" | "colours",
) {
  return (
    decoder.decode(bytes, orientation, wanted) ??
    (signature === "bmp" ? decodeBmpInJavaScript(bytes) : undefined)
  );
}

function decodeBmpInJavaScript(bytes: Uint8Array): DecodedImage | undefined {
  try {
    const { width, height, data, hr } = decodeBmp(Buffer.from(bytes));
    const colours = new Uint8Array(width * height * 3);
    // Four bytes a pixel: alpha, blue, green, red.
    for (let at = 0; at < width * height; at++) {
      colours.set([data[at * 4 + 3] ?? 255, data[at * 4 + 2] ?? 255, data[at * 4 + 1] ?? 255], at * 3);
    }
    const dotsPerInch = Math.round(hr * metresPerInch);
    return { width, height, pixels: greyOfColours(colours), colours, dotsPerInch };
  } catch {
    // The library throws whatever its code runs into on a damaged file.
    return undefined;
  }
}

const metresPerInch = 0.0254;

/** Checked against the header, before a decoder would reserve the memory. */
export function refuseTooManyPixels(width: number, height: number, limits: Limits) {
  if (width * height <= limits.pagePixels) return undefined;
  const megapixels = (pixels: number) => `${Math.round(pixels / 1e5) / 10}`;
  return refuse(
    "too-large",
    `The page has ${width} × ${height} pixels (${megapixels(width * height)} megapixels), the limit is ${megapixels(limits.pagePixels)} (input max-page-megapixels).`,
  );
}

/** `otherDotsPerInch` counts when what the decoder found does not. */
export function imagePage(
  decoded: DecodedImage | undefined,
  format: string,
  otherDotsPerInch?: number,
): PageContent {
  if (decoded === undefined)
    return refuse("corrupt", `The ${format} is damaged or of a kind that cannot be decoded.`);
  const { width, height, pixels } = decoded;
  const dotsPerInch = [decoded.dotsPerInch, otherDotsPerInch].find(
    (told) => told !== undefined && isCredible(told, Math.max(width, height)),
  );
  return { outcome: "image", image: { width, height, pixels, dotsPerInch } };
}

/** Pixels as they are stored; the orientation is EXIF's, 1 to 8. `undefined` when the header cannot be read. */
export function readHeader(
  bytes: Uint8Array,
): { width: number; height: number; orientation: number } | undefined {
  try {
    const { width, height, orientation = 1 } = imageSize(alone(bytes));
    return { width, height, orientation };
  } catch {
    // The library's only way to say that it does not understand a header.
    return undefined;
  }
}

/** image-size reads beyond the end of bytes that are a part of a larger buffer, and takes what is there for a header. */
const alone = (bytes: Uint8Array) =>
  bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

/**
 * Screens and cameras write 72 or 96 without meaning it. A resolution is believed when it makes a page
 * between a postcard and a large drawing; Tesseract estimates a missing one from the letters' size.
 */
function isCredible(dotsPerInch: number, longSide: number): boolean {
  const inches = longSide / dotsPerInch;
  return dotsPerInch >= 100 && dotsPerInch <= 2400 && inches >= 2 && inches <= 60;
}
