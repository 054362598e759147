/** A font of one empty glyph that stands for every character: text set in it can be found and selected, not seen. */
import type { CompositeFont } from "./composite-font.ts";
import { trueTypeFile, words } from "./true-type.ts";

/** In thousandths of the font's size, as are the others. */
export const glyphAdvance = 500;
const ascent = 720;
const descent = -220;

export const glyphlessFont: CompositeFont = {
  name: "GlyphLessFont",
  program: glyphlessTrueType(),
  flags: 5, // one width for all, symbols
  box: [0, descent, glyphAdvance, ascent],
  ascent,
  descent,
  // PDF readers may not show what has no glyph; an empty one is as good as any.
  glyphOf: () => 1,
  defaultWidth: glyphAdvance,
  widths: new Map(),
};

/** The tables that PDF asks for in a TrueType font (ISO 32000-1, 9.9), and those that careful readers look for. */
function glyphlessTrueType(): Uint8Array {
  const glyphs = 2;
  const tables = {
    // Windows, Unicode: format 4 with the closing segment only.
    cmap: words(0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xffff, 0, 0xffff, 1, 0),
    // One outline of no contours, shared by both glyphs: some readers want no empty table.
    glyf: words(0, 0, 0, 0, 0, 0),
    head: words(
      ...[1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000], // version, revision, checksum, magic, flags, units an em
      ...[0, 0, 0, 0, 0, 0, 0, 0], // made and changed: never
      ...[0, descent, glyphAdvance, ascent, 0, 8, 2, 0, 0], // box, style, smallest size, direction, short offsets
    ),
    hhea: words(1, 0, ascent, descent, 0, glyphAdvance, 0, 0, glyphAdvance, 1, 0, 0, 0, 0, 0, 0, 0, 1),
    hmtx: words(glyphAdvance, 0, 0),
    loca: words(0, 0, 6),
    maxp: words(1, 0, glyphs, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    post: words(3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
  };
  return trueTypeFile(Object.entries(tables));
}
