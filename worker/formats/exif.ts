import { jpegSegments } from "./jpeg-segments.ts";
import { readDirectories, tiffFile } from "./tiff-directory.ts";

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
