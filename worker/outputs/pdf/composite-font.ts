import { deflateSync } from "node:zlib";
import type { CharacterCodes } from "./character-codes.ts";
import type { PdfFile } from "./pdf-file.ts";

/** A TrueType font for two-byte codes; lengths are in thousandths of the font's size. */
export interface CompositeFont {
  name: string;
  program: Uint8Array;
  /** Flags of ISO 32000-1, 9.8.2. */
  flags: number;
  box: readonly [left: number, bottom: number, right: number, top: number];
  ascent: number;
  descent: number;
  glyphOf(code: number): number;
  /** Of every code that `widths` does not name. */
  defaultWidth: number;
  widths: Map<number, number>;
}

/** Adds the font as the object of that number, with the codes given out so far. */
export function addFont(file: PdfFile, number: number, font: CompositeFont, codes: CharacterCodes): void {
  const { name, program, flags, box, ascent, descent, defaultWidth } = font;
  const fontFile = file.addStream(`/Length1 ${program.length}/Filter/FlateDecode`, deflateSync(program));
  const glyphs = file.addStream("/Filter/FlateDecode", deflateSync(glyphMap(font)));
  const toUnicode = file.addStream("/Filter/FlateDecode", deflateSync(codes.toUnicode()));
  const descriptor = file.add(
    `<</Type/FontDescriptor/FontName/${name}/Flags ${flags}/FontBBox[${box.join(" ")}]/ItalicAngle 0` +
      `/Ascent ${ascent}/Descent ${descent}/CapHeight ${ascent}/StemV 80/FontFile2 ${fontFile} 0 R>>`,
  );
  const widths = [...font.widths].map(([code, width]) => `${code}[${width}]`).join("");
  const descendant = file.add(
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
      `/FontDescriptor ${descriptor} 0 R/DW ${defaultWidth}/W[${widths}]/CIDToGIDMap ${glyphs} 0 R>>`,
  );
  file.add(
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
    number,
  );
}

function glyphMap({ glyphOf }: CompositeFont): Uint8Array {
  const map = Buffer.alloc(2 * 0x10000);
  for (let code = 0; code < 0x10000; code++) map.writeUInt16BE(glyphOf(code), code * 2);
  return map;
}
