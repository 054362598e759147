import type { GreyImage } from "../../worker/formats/page.ts";
import { breakLines, drawPage, type GrayPage, type PageOptions, papers } from "../samples/maker/page.ts";
import { rotateQuarter, type ScanOptions, scan } from "../samples/maker/scan.ts";
import * as texts from "../samples/maker/texts.ts";

const prose = [
  texts.gardenMinutes,
  texts.lighthouseLetter,
  texts.harbourLetter,
  texts.oilLetter,
  texts.thanksLetter,
]
  .join(" ")
  .replace(/\s+/g, " ");

/** Nothing is cut off a page with this margin, in millimetres, when it is skewed by 10°. */
const margin = 27;

export interface PageOfProse {
  page: GrayPage;
  lines: string[];
}

/** A4 at 200 dots per inch unless told otherwise, full of text or with the first `lines` of it. */
export function pageOfProse(options: PageOptions & { lines?: number } = {}): PageOfProse {
  const full = {
    paper: "a4" as const,
    dotsPerInch: 200,
    points: 11,
    leading: 1.4,
    columns: 1,
    margin,
    ...options,
  };
  const heightInPoints = ((papers[full.paper][1] - 2 * full.margin) / 25.4) * 72;
  const room = (Math.floor(heightInPoints / (full.points * full.leading)) - 1) * full.columns;
  const wanted = Math.min(room, options.lines ?? room);
  let text = prose;
  while (breakLines(text, full).length < wanted) text += ` ${prose}`;
  const lines = breakLines(text, full).slice(0, wanted);
  return { page: drawPage(lines, full), lines };
}

export interface Lie {
  /** Clockwise, as `Direction` has it. */
  turn?: number;
  skewDegrees?: number;
  isBilevel?: boolean;
}

/** A scan of a page that lies on the glass like this, as clean as it gets unless told otherwise. */
export function laidDown(
  page: GrayPage,
  { turn = 0, skewDegrees = 0, isBilevel, ...scanned }: Lie & Partial<ScanOptions>,
): GreyImage {
  let image = scan(page, { seed: 1, degrees: skewDegrees, blur: 0, noise: 0, ...scanned });
  for (let turned = 0; turned < turn; turned += 90) image = rotateQuarter(image);
  const pixels = isBilevel ? image.gray.map((grey) => (grey < 128 ? 0 : 255)) : image.gray;
  return { width: image.width, height: image.height, pixels, dotsPerInch: 200 };
}
