import { fromArrayBuffer } from "geotiff";
import type { Limits } from "../contract.ts";
import { imagePage, refuseTooManyPixels } from "./image.ts";
import { type DecodedImage, greyOfColours, type ImageDecoder } from "./leptonica.ts";
import { upright } from "./orientation.ts";
import { type Opening, refuse } from "./page.ts";
import { decodedPicture } from "./picture.ts";
import { faxPicture } from "./picture-tiff.ts";
import { type Directory, makeOnlyPage, readDirectories, type TiffFile, tiffFile } from "./tiff-directory.ts";

/** A TIFF of any number of pages. Thumbnails and masks are no pages. */
export function openTiff(decoder: ImageDecoder, bytes: Uint8Array, limits: Limits): Opening {
  const file = tiffFile(bytes);
  const directories = readDirectories(file, limits.documentPages);
  if (directories.length === 0) return refuse("corrupt", "The TIFF has no image.");
  return {
    outcome: "opened",
    document: {
      format: "tiff",
      pages: directories.length,
      async page(index) {
        const directory = directories[index];
        if (directory === undefined || directory === "unreadable") {
          return refuse("corrupt", "The TIFF points to a page that lies outside the file.");
        }
        const tooLarge = refuseTooManyPixels(directory.width, directory.height, limits);
        if (tooLarge) return tooLarge;
        return imagePage(await decodeDirectory(decoder, file, directory, "grey"), "TIFF page");
      },
      async picture(index) {
        const directory = directories[index];
        if (directory === undefined || directory === "unreadable") return undefined;
        if (refuseTooManyPixels(directory.width, directory.height, limits)) return undefined;
        return (
          (directory.fax && faxPicture(directory.fax)) ??
          decodedPicture(await decodeDirectory(decoder, file, directory, "colours"))
        );
      },
      close() {},
    },
  };
}

/**
 * Both decoders read a file's first page, so the header is made to point to the wanted one. What
 * Leptonica was built without (JPEG and Deflate inside TIFF) a decoder in JavaScript reads. Neither turns
 * every page upright (Leptonica turns orientation 8 the wrong way), so they are told of no orientation.
 */
async function decodeDirectory(
  decoder: ImageDecoder,
  file: TiffFile,
  directory: Directory,
  wanted: "grey" | "colours",
): Promise<DecodedImage | undefined> {
  makeOnlyPage(file, directory);
  const stored = decoder.decode(file.bytes, 1, wanted) ?? (await decodeInJavaScript(file.bytes, directory));
  return stored && upright(stored, directory.orientation);
}

async function decodeInJavaScript(
  bytes: Uint8Array,
  { width, height, dotsPerInch = 0 }: Directory,
): Promise<DecodedImage | undefined> {
  try {
    const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
    const image = await tiff.getImage(0);
    const colours = (await image.readRGB({ interleave: true })) as Uint8Array;
    return { width, height, pixels: greyOfColours(colours), colours, dotsPerInch };
  } catch {
    // The library throws whatever its code runs into on a damaged page.
    return undefined;
  }
}
