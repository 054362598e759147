import { fromArrayBuffer } from "geotiff";
import type { Limits } from "../contract.ts";
import { imagePage, refuseTooManyPixels } from "./image.ts";
import { type DecodedImage, greyOfColours, type ImageDecoder } from "./leptonica.ts";
import { upright } from "./orientation.ts";
import { type Opening, refuse } from "./page.ts";
import { decodedPicture } from "./picture.ts";
import { type FaxStrip, faxPicture } from "./picture-tiff.ts";

/** Where a TIFF's numbers are: classic (32-bit offsets) or BigTIFF (64-bit), in either byte order. */
interface TiffFile {
  bytes: Uint8Array;
  view: DataView;
  littleEndian: boolean;
  big: boolean;
}

/** One image file directory (IFD), as far as a page needs it. Offsets count bytes from the file's start. */
interface Directory {
  offset: number;
  nextOffset: number;
  nextOffsetAt: number;
  width: number;
  height: number;
  /** 1 to 8. */
  orientation: number;
  /** Where its number is; `undefined` when the directory has none. */
  orientationAt: number | undefined;
  isPage: boolean;
  /** Where the page's bytes are such as a PDF can hold. */
  fax: FaxStrip | undefined;
}

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
  writeOffset(file, firstOffsetAt(file), directory.offset);
  writeOffset(file, directory.nextOffsetAt, 0);
  if (directory.orientationAt !== undefined) {
    file.view.setUint16(directory.orientationAt, 1, file.littleEndian);
  }
  const stored = decoder.decode(file.bytes, 1, wanted) ?? (await decodeInJavaScript(file.bytes, directory));
  return stored && upright(stored, directory.orientation);
}

async function decodeInJavaScript(
  bytes: Uint8Array,
  { width, height }: Directory,
): Promise<DecodedImage | undefined> {
  try {
    const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
    const image = await tiff.getImage(0);
    const colours = (await image.readRGB({ interleave: true })) as Uint8Array;
    return { width, height, pixels: greyOfColours(colours), colours, dotsPerInch: unknownResolution };
  } catch {
    // The library throws whatever its code runs into on a damaged page.
    return undefined;
  }
}

/** What the few pages that come this way lack is estimated from the letters. */
const unknownResolution = 0;

function tiffFile(bytes: Uint8Array): TiffFile {
  const littleEndian = bytes[0] === "I".charCodeAt(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, littleEndian, big: view.getUint16(2, littleEndian) === 43 };
}

const firstOffsetAt = ({ big }: TiffFile) => (big ? 8 : 4);

function readOffset({ view, littleEndian, big }: TiffFile, at: number): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function writeOffset({ view, littleEndian, big }: TiffFile, at: number, offset: number): void {
  if (big) view.setBigUint64(at, BigInt(offset), littleEndian);
  else view.setUint32(at, offset, littleEndian);
}

/** Follows the chain of IFDs. Where it leaves the file or turns back on itself, pages are lost: that is one "unreadable". */
function readDirectories(file: TiffFile, maxPages: number): (Directory | "unreadable")[] {
  const pages: (Directory | "unreadable")[] = [];
  const seen = new Set<number>();
  let offset = file.bytes.length < 16 ? 0 : readOffset(file, firstOffsetAt(file));
  while (offset !== 0 && pages.length <= maxPages) {
    const directory = seen.has(offset) ? undefined : readDirectory(file, offset);
    if (directory === undefined) return [...pages, "unreadable"];
    seen.add(offset);
    if (directory.isPage) pages.push(directory);
    offset = directory.nextOffset;
  }
  return pages;
}

const tags = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  compression: 259,
  photometricInterpretation: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  stripByteCounts: 279,
};
/** Bits of NewSubfileType: a smaller copy of another image, a transparency mask. */
const thumbnailOrMask = 1 | 4;

/** `undefined` when it does not lie inside the file. */
function readDirectory(file: TiffFile, offset: number): Directory | undefined {
  const { countBytes, entryBytes, offsetBytes } = file.big
    ? { countBytes: 8, entryBytes: 20, offsetBytes: 8 }
    : { countBytes: 2, entryBytes: 12, offsetBytes: 4 };
  if (offset + countBytes > file.bytes.length) return undefined;
  const entries = file.big
    ? Number(file.view.getBigUint64(offset, file.littleEndian))
    : file.view.getUint16(offset, file.littleEndian);
  const nextOffsetAt = offset + countBytes + entries * entryBytes;
  if (nextOffsetAt + offsetBytes > file.bytes.length) return undefined;
  const values = new Map<number, number>();
  let strips = 0;
  let orientationAt: number | undefined;
  for (let at = offset + countBytes; at < nextOffsetAt; at += entryBytes) {
    const tag = file.view.getUint16(at, file.littleEndian);
    values.set(tag, readSmallValue(file, at));
    if (tag === tags.stripOffsets) strips = readOffset(file, at + 4);
    if (tag === tags.orientation) orientationAt = at + (file.big ? 12 : 8);
  }
  return {
    offset,
    nextOffset: readOffset(file, nextOffsetAt),
    nextOffsetAt,
    width: values.get(tags.imageWidth) ?? 0,
    height: values.get(tags.imageLength) ?? 0,
    orientation: values.get(tags.orientation) ?? 1,
    orientationAt,
    fax: strips === 1 ? faxStripOf(file, values) : undefined,
    isPage: ((values.get(tags.newSubfileType) ?? 0) & thumbnailOrMask) === 0,
  };
}

const group4 = 4;
const blackIsZero = 1;

/** Fax is the compression of scanners for black and white pages; bits are counted from the upper end unless told otherwise. */
function faxStripOf({ bytes }: TiffFile, values: Map<number, number>): FaxStrip | undefined {
  if (values.get(tags.compression) !== group4 || (values.get(tags.fillOrder) ?? 1) !== 1) return undefined;
  const start = values.get(tags.stripOffsets) ?? 0;
  const end = start + (values.get(tags.stripByteCounts) ?? 0);
  if (start === 0 || end > bytes.length) return undefined;
  return {
    width: values.get(tags.imageWidth) ?? 0,
    height: values.get(tags.imageLength) ?? 0,
    orientation: values.get(tags.orientation) ?? 1,
    whiteIsZero: (values.get(tags.photometricInterpretation) ?? 0) !== blackIsZero,
    bytes: bytes.subarray(start, end),
  };
}

/** The value of an entry that holds one number: it lies in the entry itself. Type 3 is a 16-bit number. */
function readSmallValue({ view, littleEndian, big }: TiffFile, entryAt: number): number {
  const valueAt = entryAt + (big ? 12 : 8);
  return view.getUint16(entryAt + 2, littleEndian) === 3
    ? view.getUint16(valueAt, littleEndian)
    : view.getUint32(valueAt, littleEndian);
}
