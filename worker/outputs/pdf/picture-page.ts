import type { Picture } from "../../formats/picture.ts";
import { imageToPage, type Matrix, type Size } from "./matrix.ts";
import { numerals } from "./numerals.ts";
import type { PdfFile } from "./pdf-file.ts";

const pointsPerInch = 72;
const longSideOfA4 = 842 / pointsPerInch;
/** No page of a PDF may be longer (ISO 32000-1, annex C). */
const longestInches = 200;
const assumedDotsPerInch = 200;

/** In points. A picture that tells no resolution is taken for one at 200 dots an inch, or as many as fit it onto A4. */
export function pageSize({ width, height }: Size, dotsPerInch: number | undefined): Size {
  const longSide = Math.max(width, height);
  const wanted = dotsPerInch ?? Math.max(assumedDotsPerInch, longSide / longSideOfA4);
  const scale = pointsPerInch / Math.max(wanted, longSide / longestInches);
  return { width: width * scale, height: height * scale };
}

/** From the pixels of the picture, as it is seen, to the page that it fills. */
export const pictureToPage = (seen: Size, { width, height }: Size): Matrix =>
  imageToPage(seen, { left: 0, bottom: 0, right: width, top: height, rotate: 0 });

/** Adds the picture; returns the number of its object. */
export const addPicture = (file: PdfFile, { width, height, entries, bytes }: Picture): number =>
  file.addStream(`/Type/XObject/Subtype/Image/Width ${width}/Height ${height}${entries}`, bytes);

/** The operators that fill a page with the picture of that name, turned as it is to be seen. */
export const showPicture = ({ orientation }: Picture, { width, height }: Size, name: string) => {
  const [a, b, c, d, e, f] = seenFromStored[orientation - 1] ?? upright;
  return `q ${numerals(a * width, b * height, c * width, d * height, e * width, f * height)} cm /${name} Do Q\n`;
};

const upright: Matrix = [1, 0, 0, 1, 0, 0];

/** Over a square of side 1 with y upwards: where the stored picture goes, for the orientations 1 to 8 of TIFF and EXIF. */
const seenFromStored: Matrix[] = [
  upright,
  [-1, 0, 0, 1, 1, 0],
  [-1, 0, 0, -1, 1, 1],
  [1, 0, 0, -1, 0, 1],
  [0, -1, -1, 0, 1, 1],
  [0, -1, 1, 0, 0, 1],
  [0, 1, 1, 0, 0, 0],
  [0, 1, -1, 0, 1, 0],
];

/** Of a picture as it is seen. */
export const seenSize = ({ width, height, orientation }: Picture): Size =>
  orientation >= 5 ? { width: height, height: width } : { width, height };
