import { readDirectories, tiffFile } from "./tiff-directory.ts";

interface Segment {
  marker: number;
  content: Buffer;
}

const fill = 0xff;
const startOfScan = 0xda;

/** What comes before the picture itself (ITU-T T.81, annex B). Ends where the file is damaged. */
export function* jpegSegments(bytes: Uint8Array): Generator<Segment> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= file.length && file[at] === fill) {
    const marker = file[at + 1] as number;
    if (marker === startOfScan) return;
    if (marker === fill) {
      at++;
      continue;
    }
    const end = at + 2 + file.readUInt16BE(at + 2);
    yield { marker, content: file.subarray(at + 4, end) };
    at = end;
  }
}

const exifSegment = 0xe1;
const exifName = Buffer.from("Exif\0\0", "latin1");

/** Cameras, and many programs, tell a JPEG's resolution in EXIF alone, which is a TIFF without an image. */
export function exifDotsPerInch(jpeg: Uint8Array): number | undefined {
  for (const { marker, content } of jpegSegments(jpeg)) {
    if (marker !== exifSegment || !content.subarray(0, exifName.length).equals(exifName)) continue;
    const [directory] = readDirectories(tiffFile(content.subarray(exifName.length)), 1);
    return directory === "unreadable" ? undefined : directory?.dotsPerInch;
  }
  return undefined;
}
