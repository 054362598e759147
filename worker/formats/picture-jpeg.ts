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
const startOfScan = 0xda;
const adobeSegment = 0xee;

/** Walks over the segments up to the frame's. */
function readFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let isAdobe = false;
  let at = 2;
  while (at + 10 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === startOfScan) return undefined;
    if (isFrame(marker)) {
      if (!framesOfPdf.includes(marker)) return undefined;
      return {
        bits: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        isAdobe,
      };
    }
    if (
      marker === adobeSegment &&
      Buffer.from(bytes.subarray(at + 4, at + 9)).toString("latin1") === "Adobe"
    ) {
      isAdobe = true;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
