import { jpegSegments } from "./jpeg-segments.ts";
import { deviceColours, type Picture } from "./picture.ts";

/** `undefined` when PDF does not know the JPEG's kind (lossless, arithmetic coding, other than 8 bits). */
export function jpegPicture(bytes: Uint8Array, orientation: number): Picture | undefined {
  const frame = readFrame(bytes);
  const colours = frame && deviceColours[frame.components];
  if (frame === undefined || colours === undefined || frame.bits !== 8) return undefined;
  // Adobe's programs store the four inks the wrong way round.
  const inverted = frame.components === 4 && frame.isAdobe ? "/Decode[1 0 1 0 1 0 1 0]" : "";
  return {
    width: frame.width,
    height: frame.height,
    orientation,
    entries: `/ColorSpace/${colours}/BitsPerComponent 8${inverted}/Filter/DCTDecode`,
    bytes,
  };
}

interface Frame {
  width: number;
  height: number;
  bits: number;
  components: number;
  isAdobe: boolean;
}

/** ITU-T T.81: baseline, extended and progressive, all Huffman-coded. */
const framesOfPdf = [0xc0, 0xc1, 0xc2];
/** Other frames: C4, C8 and CC are no frames. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const adobeSegment = 0xee;

function readFrame(bytes: Uint8Array): Frame | undefined {
  let isAdobe = false;
  for (const { marker, content } of jpegSegments(bytes)) {
    if (marker === adobeSegment && content.toString("latin1", 0, 5) === "Adobe") isAdobe = true;
    if (!isFrame(marker)) continue;
    if (!framesOfPdf.includes(marker) || content.length < 6) return undefined;
    return {
      bits: content.readUInt8(0),
      height: content.readUInt16BE(1),
      width: content.readUInt16BE(3),
      components: content.readUInt8(5),
      isAdobe,
    };
  }
  return undefined;
}
