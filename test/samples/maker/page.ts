import { fileURLToPath } from "node:url";
import { createCanvas, GlobalFonts, type SKRSContext2D } from "@napi-rs/canvas";

/** Eight bits a pixel, 0 is black, row after row without padding. */
export interface GrayPage {
  width: number;
  height: number;
  gray: Uint8Array;
}

export type Typeface = "serif" | "sans" | "typewriter";

/** Width and height in millimetres. */
export const papers = {
  a4: [210, 297],
  letter: [215.9, 279.4],
  a5: [148, 210],
  a6: [105, 148],
} as const;

export interface PageOptions {
  paper?: keyof typeof papers;
  dotsPerInch?: number;
  typeface?: Typeface;
  points?: number;
  /** Distance from line to line, in font sizes. */
  leading?: number;
  /** Millimetres. */
  margin?: number;
  columns?: number;
  /** Set bold and centred over all columns. */
  title?: string | undefined;
}

/** A letter's place and date are moved in by spaces; this is the width of one, in font sizes. */
const indent = 0.5;
/** A gap between paragraphs, in lines. */
const gap = 0.6;
/** Space between columns, in millimetres. */
const gutter = 9;
const titleScale = 1.5;

const packages: Record<Typeface, string> = {
  serif: "pt-serif",
  sans: "source-sans-3",
  typewriter: "courier-prime",
};

const registered = new Set<string>();

function fontFamily(typeface: Typeface, weight: 400 | 700): string {
  const family = `sample ${typeface} ${weight}`;
  if (!registered.has(family)) {
    const name = packages[typeface];
    const url = import.meta.resolve(`@fontsource/${name}/files/${name}-latin-${weight}-normal.woff2`);
    if (!GlobalFonts.registerFromPath(fileURLToPath(url), family)) throw new Error(`no font ${url}`);
    registered.add(family);
  }
  return family;
}

const complete = (options: PageOptions) => ({
  paper: "a5" as const,
  dotsPerInch: 300,
  typeface: "serif" as const,
  points: 11,
  leading: 1.4,
  margin: 18,
  columns: 1,
  title: undefined,
  ...options,
});

/** All lengths in pixels. */
function measures(options: PageOptions) {
  const full = complete(options);
  const perMillimetre = full.dotsPerInch / 25.4;
  const [across, down] = papers[full.paper];
  const width = Math.round(across * perMillimetre);
  const margin = full.margin * perMillimetre;
  const between = gutter * perMillimetre;
  const size = (full.points * full.dotsPerInch) / 72;
  return {
    ...full,
    width,
    height: Math.round(down * perMillimetre),
    margin,
    size,
    lineHeight: size * full.leading,
    columnWidth: (width - 2 * margin - (full.columns - 1) * between) / full.columns,
    columnStep: (width - 2 * margin + between) / full.columns,
  };
}

type Measures = ReturnType<typeof measures>;

function setFont(context: SKRSContext2D, { typeface, size }: Measures, weight: 400 | 700, scale = 1): void {
  context.font = `${size * scale}px "${fontFamily(typeface, weight)}"`;
  // Any letter spacing turns ligatures off.
  context.letterSpacing = `${size * 0.01}px`;
}

/**
 * Breaks text into lines of at most `width`. A text line that begins with spaces or is short enough stays
 * as it is; an empty line parts paragraphs.
 */
export function wrap(text: string, width: number, measure: (line: string) => number): string[] {
  return text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(paragraph: string, width: number, measure: (line: string) => number): string[] {
  if (paragraph.startsWith(" ")) return [paragraph];
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Breaks text into the lines that {@link drawPage} draws with the same options. */
export function breakLines(text: string, options: PageOptions = {}): string[] {
  const at = measures(options);
  const context = createCanvas(1, 1).getContext("2d");
  setFont(context, at, 400);
  return wrap(text, at.columnWidth, (line) => context.measureText(line).width);
}

/** Black text on white paper. Lines fill the columns evenly, one after the other. */
export function drawPage(lines: string[], options: PageOptions = {}): GrayPage {
  const at = measures(options);
  const context = createCanvas(at.width, at.height).getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, at.width, at.height);
  context.fillStyle = "black";
  const top = drawTitle(context, at);
  const perColumn = Math.ceil(lines.length / at.columns);
  for (let column = 0; column < at.columns; column++) {
    const left = at.margin + column * at.columnStep;
    drawColumn(context, at, lines.slice(column * perColumn, (column + 1) * perColumn), left, top);
  }
  return grayOf(context, at.width, at.height);
}

/** Returns where the text below begins. */
function drawTitle(context: SKRSContext2D, at: Measures): number {
  if (at.title === undefined) return at.margin;
  setFont(context, at, 700, titleScale);
  context.textAlign = "center";
  context.fillText(at.title, at.width / 2, at.margin + at.size);
  return at.margin + at.lineHeight * (titleScale + 1);
}

function drawColumn(context: SKRSContext2D, at: Measures, lines: string[], left: number, top: number): void {
  setFont(context, at, 400);
  context.textAlign = "left";
  let y = top + at.size;
  for (const line of lines) {
    const text = line.trimStart();
    if (text !== "" && y > at.height - at.margin / 2) throw new Error(`no room on the page for: ${line}`);
    context.fillText(text, left + (line.length - text.length) * indent * at.size, y);
    y += at.lineHeight * (text === "" ? gap : 1);
  }
}

function grayOf(context: SKRSContext2D, width: number, height: number): GrayPage {
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, gray: Uint8Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 0) };
}
