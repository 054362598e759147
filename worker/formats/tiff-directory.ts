import type { FaxStrip } from "./picture-tiff.ts";

/** Where a TIFF's numbers are: classic (32-bit offsets) or BigTIFF (64-bit), in either byte order. */
export interface TiffFile {
  bytes: Uint8Array;
  view: DataView;
  littleEndian: boolean;
  big: boolean;
}

/** One image file directory (IFD), as far as a page needs it. Offsets count bytes from the file's start. */
export interface Directory {
  offset: number;
  nextOffset: number;
  nextOffsetAt: number;
  width: number;
  height: number;
  /** 1 to 8. */
  orientation: number;
  /** Where its number is; `undefined` when the directory has none. */
  orientationAt: number | undefined;
  /** `undefined` where it is not told in inches or centimetres. */
  dotsPerInch: number | undefined;
  isPage: boolean;
  /** Where the page's bytes are such as a PDF can hold. */
  fax: FaxStrip | undefined;
}

export function tiffFile(bytes: Uint8Array): TiffFile {
  const littleEndian = bytes[0] === "I".charCodeAt(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, littleEndian, big: bytes[littleEndian ? 2 : 3] === 43 };
}

const firstOffsetAt = ({ big }: TiffFile) => (big ? 8 : 4);

function readOffset({ view, littleEndian, big }: TiffFile, at: number): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function writeOffset({ view, littleEndian, big }: TiffFile, at: number, offset: number): void {
  if (big) view.setBigUint64(at, BigInt(offset), littleEndian);
  else view.setUint32(at, offset, littleEndian);
}

/** Decoders read a file's first page: the header is made to point to this one, which lies as it is stored. */
export function makeOnlyPage(file: TiffFile, directory: Directory): void {
  writeOffset(file, firstOffsetAt(file), directory.offset);
  writeOffset(file, directory.nextOffsetAt, 0);
  if (directory.orientationAt !== undefined) {
    file.view.setUint16(directory.orientationAt, 1, file.littleEndian);
  }
}

/** Follows the chain of IFDs. Where it leaves the file or turns back on itself, pages are lost: that is one "unreadable". */
export function readDirectories(file: TiffFile, maxPages: number): (Directory | "unreadable")[] {
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
  xResolution: 282,
  resolutionUnit: 296,
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
  let resolution: number | undefined;
  for (let at = offset + countBytes; at < nextOffsetAt; at += entryBytes) {
    const tag = file.view.getUint16(at, file.littleEndian);
    values.set(tag, readSmallValue(file, at));
    if (tag === tags.stripOffsets) strips = readOffset(file, at + 4);
    if (tag === tags.xResolution) resolution = readFraction(file, at);
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
    dotsPerInch: resolution && resolution * (unitsPerInch[values.get(tags.resolutionUnit) ?? 2] ?? 0),
    fax: strips === 1 ? faxStripOf(file, values) : undefined,
    isPage: ((values.get(tags.newSubfileType) ?? 0) & thumbnailOrMask) === 0,
  };
}

/** By ResolutionUnit; 1 means that the resolution tells no more than the pixels' shape. */
const unitsPerInch: Record<number, number> = { 2: 1, 3: 2.54 };

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

/** Two 32-bit numbers, a numerator and a denominator: of type 5, which only BigTIFF holds in the entry itself. */
function readFraction(file: TiffFile, entryAt: number): number | undefined {
  const { view, littleEndian, big, bytes } = file;
  const at = big ? entryAt + 12 : readOffset(file, entryAt + 8);
  if (view.getUint16(entryAt + 2, littleEndian) !== 5 || at + 8 > bytes.length) return undefined;
  const denominator = view.getUint32(at + 4, littleEndian);
  return denominator === 0 ? undefined : view.getUint32(at, littleEndian) / denominator;
}
