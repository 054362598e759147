import type { Size } from "./matrix.ts";
import { numerals } from "./numerals.ts";
import type { TextFont, TextFonts } from "./text-fonts.ts";
import { isRightToLeft, visualOrder } from "./visual-order.ts";

/** A4, in points, as are all lengths here. */
export const textPageSize: Size = { width: 595, height: 842 };
const margin = 57;
const fontSize = 10;
const leading = 14;
const lineWidth = textPageSize.width - 2 * margin;
const linesOfPage = Math.floor((textPageSize.height - 2 * margin) / leading);

/** The operators of each page that a text fills, in one column. */
export function* textPages(text: string, fonts: TextFonts): Generator<string> {
  let page: string[] = [];
  for (const line of linesOf(text, fonts)) {
    if (page.length === linesOfPage) {
      yield page.join("");
      page = [];
    }
    const baseline = textPageSize.height - margin - fontSize - page.length * leading;
    page.push(/\S/.test(line) ? lineOperators(line, baseline, fonts) : "");
  }
  yield page.join("");
}

/** The text's own lines, broken where they are too long: between words, and within one that no line holds. */
function* linesOf(text: string, fonts: TextFonts): Generator<string> {
  for (const paragraph of text.trimEnd().replaceAll("\t", "    ").split("\n")) {
    let line = "";
    let width = 0;
    for (const word of paragraph.split(/(?<=\s)(?=\S)/)) {
      const wordWidth = widthOf(word.trimEnd(), fonts);
      const pieces = wordWidth > lineWidth ? [...word] : [word];
      for (const piece of pieces) {
        if (line !== "" && width + widthOf(piece.trimEnd(), fonts) > lineWidth) {
          yield line;
          line = "";
          width = 0;
        }
        line += piece;
        width += widthOf(piece, fonts);
      }
    }
    yield line;
  }
}

function widthOf(text: string, fonts: TextFonts): number {
  let width = 0;
  for (const character of text) width += fonts.fontFor(character).widthOf(character);
  return (width * fontSize) / 1000;
}

function lineOperators(line: string, baseline: number, fonts: TextFonts): string {
  const shown = visualLine(line.trimEnd());
  let left = isRightToLeft(line) ? textPageSize.width - margin - widthOf(shown, fonts) : margin;
  let text = `BT ${numerals(1, 0, 0, 1, left, baseline)} Tm`;
  let frames = "";
  for (const run of runsOf(shown, fonts)) {
    const width = widthOf(run.text, fonts);
    const mode = run.font.isVisible ? 0 : 3;
    text += ` /${run.font.name} ${fontSize} Tf ${mode} Tr <${run.font.codes.hexOf(run.text)}> Tj`;
    if (!run.font.isVisible) frames += `${numerals(left, baseline - 2, width, fontSize)} re S\n`;
    left += width;
  }
  // What the fonts cannot show is framed, so that nobody takes it for missing.
  return `${text} ET\n${frames === "" ? "" : `q 0.5 w 0.7 G\n${frames}Q\n`}`;
}

/** The words of a line from left to right. */
function visualLine(line: string): string {
  const words = line.split(/(\s+)/).map(visualOrder);
  return (isRightToLeft(line) ? words.reverse() : words).join("");
}

function runsOf(text: string, fonts: TextFonts): { font: TextFont; text: string }[] {
  const runs: { font: TextFont; text: string }[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const font = fonts.fontFor(character);
    if (last?.font === font) last.text += character;
    else runs.push({ font, text: character });
  }
  return runs;
}
