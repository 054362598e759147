/** A font of one empty glyph that stands for every character: text set in it can be found and selected, not seen. */
import { deflateSync } from "node:zlib";
import type { CharacterCodes } from "./character-codes.ts";
import type { PdfFile } from "./pdf-file.ts";

/** In thousandths of the font's size, as are the others. */
export const glyphAdvance = 500;
export const ascent = 800;
export const descent = -200;

/** Adds the font as the object of that number, with the codes given out so far. */
export function addGlyphlessFont(file: PdfFile, codes: CharacterCodes, number: number): void {
  const program = glyphlessTrueType();
  const fontFile = file.addStream(`/Length1 ${program.length}/Filter/FlateDecode`, deflateSync(program));
  const glyphs = file.addStream("/Filter/FlateDecode", deflateSync(everyCodeToGlyphOne()));
  const toUnicode = file.addStream("/Filter/FlateDecode", deflateSync(codes.toUnicode()));
  const descriptor = file.add(
    `<</Type/FontDescriptor/FontName/${name}/Flags 5/FontBBox[0 ${descent} ${glyphAdvance} ${ascent}]/ItalicAngle 0` +
      `/Ascent ${ascent}/Descent ${descent}/CapHeight ${ascent}/StemV 80/FontFile2 ${fontFile} 0 R>>`,
  );
  const descendant = file.add(
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
      `/FontDescriptor ${descriptor} 0 R/DW ${glyphAdvance}/CIDToGIDMap ${glyphs} 0 R>>`,
  );
  file.add(
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
    number,
  );
}

const name = "GlyphLessFont";

/** PDF readers may not show what has no glyph; an empty one is as good as any. */
function everyCodeToGlyphOne(): Uint8Array {
  const map = new Uint8Array(2 * 0x10000);
  for (let at = 1; at < map.length; at += 2) map[at] = 1;
  return map;
}

/** The tables that PDF asks for in a TrueType font (ISO 32000-1, 9.9), and those that careful readers look for. */
export function glyphlessTrueType(): Uint8Array {
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
  return trueType(Object.entries(tables));
}

/** Sixteen bits each, the upper byte first. */
function words(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

/** The tables, in the order of their names, behind their directory. */
function trueType(tables: [tag: string, table: Uint8Array][]): Uint8Array {
  const steps = Math.floor(Math.log2(tables.length));
  const range = 16 * 2 ** steps;
  const directory = Buffer.alloc(12 + 16 * tables.length);
  directory.set(words(1, 0, tables.length, range, steps, 16 * tables.length - range));
  const padded = tables.map(([, table]) => Buffer.concat([table, Buffer.alloc(-table.length & 3)]));
  let offset = directory.length;
  tables.forEach(([tag, table], index) => {
    const at = 12 + 16 * index;
    directory.write(tag, at, "latin1");
    directory.writeUInt32BE(checksum(padded[index] ?? table), at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(table.length, at + 12);
    offset += padded[index]?.length ?? 0;
  });
  const font = Buffer.concat([directory, ...padded]);
  const headAt = directory.readUInt32BE(12 + 16 * tables.findIndex(([tag]) => tag === "head") + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + 8);
  return font;
}

function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}
