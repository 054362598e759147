import type { Picture } from "./picture.ts";

/** What a TIFF's directory says of a page that is CCITT group 4 in one strip, and nothing else. */
export interface FaxStrip {
  width: number;
  height: number;
  orientation: number;
  whiteIsZero: boolean;
  bytes: Uint8Array;
}

/** As faxes and most scanners' black and white pages are stored. */
export function faxPicture({ width, height, orientation, whiteIsZero, bytes }: FaxStrip): Picture {
  // In PDF 0 is black, as the decoder gives it unless told otherwise.
  const inverted = whiteIsZero ? "" : "/BlackIs1 true";
  const parameters = `/K -1/Columns ${width}/Rows ${height}${inverted}`;
  return {
    width,
    height,
    orientation,
    entries: `/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<<${parameters}>>`,
    bytes,
  };
}
