import { imageSize } from "image-size";
import type { Opening, Refusal } from "./page.ts";
import { type Signature, signatureOf } from "./signature.ts";

/** Opens any document by its bytes. */
export type Open = (bytes: Uint8Array) => Promise<Opening>;

/** The pictures of a document that may hold text, opened in their order; the others are left out. */
export async function openPictures(
  pictures: Iterable<Uint8Array> | AsyncIterable<Uint8Array | Refusal>,
  open: Open,
): Promise<Opening[]> {
  const openings: Opening[] = [];
  for await (const picture of pictures) {
    if ("outcome" in picture) openings.push(picture);
    else if (isPicture(picture) && !isTooSmallForText(picture)) openings.push(await open(picture));
  }
  return openings;
}

const pictures: (Signature | undefined)[] = ["png", "jpeg", "jpeg2000", "tiff", "bmp", "webp", "gif"];

/** Drawings (EMF, WMF, SVG) are none. */
export const isPicture = (bytes: Uint8Array) => pictures.includes(signatureOf(bytes));

/** Bullets, icons, lines, and the single pixel by which senders learn that an e-mail was read. */
export function isTooSmallForText(picture: Uint8Array): boolean {
  try {
    const { width, height } = imageSize(picture);
    return width < leastWidth || height < leastHeight;
  } catch {
    // What is damaged is for the decoder to say.
    return false;
  }
}

/** Pixels of a short word in letters that Tesseract can just read. */
const leastWidth = 48;
const leastHeight = 16;
