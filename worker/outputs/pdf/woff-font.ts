import { inflateSync } from "node:zlib";
import { trueTypeFile } from "./true-type.ts";

/** A TrueType font, with what has to be known of it to set text; lengths are in thousandths of its size. */
export interface TrueTypeFont {
  program: Uint8Array;
  /** The characters that it has, and their glyphs. */
  glyphs: Map<number, number>;
  box: [left: number, bottom: number, right: number, top: number];
  ascent: number;
  descent: number;
  advanceOf(glyph: number): number;
}

/** What a PDF needs of a TrueType font: ISO 32000-1, 9.9. */
const tablesOfPdf = ["cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"];

/** Unpacks a font of the web (WOFF 1.0): the tables of a TrueType font, each compressed. */
export function readWoff(woff: Buffer): TrueTypeFont {
  const tables = new Map<string, Buffer>();
  for (let entry = 0; entry < woff.readUInt16BE(12); entry++) {
    const at = 44 + 20 * entry;
    const [start, stored, length] = [4, 8, 12].map((field) => woff.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ];
    const bytes = woff.subarray(start, start + stored);
    tables.set(woff.toString("latin1", at, at + 4), stored < length ? inflateSync(bytes) : bytes);
  }
  const table = (tag: string): Buffer => tables.get(tag) ?? Buffer.alloc(0);
  const unitsPerEm = table("head").readUInt16BE(18);
  const thousandths = (units: number) => Math.round((units * 1000) / unitsPerEm);
  const [left = 0, bottom = 0, right = 0, top = 0] = [36, 38, 40, 42].map((at) =>
    thousandths(table("head").readInt16BE(at)),
  );
  const metrics = table("hhea").readUInt16BE(34);
  return {
    program: trueTypeFile([...tables].filter(([tag]) => tablesOfPdf.includes(tag))),
    glyphs: glyphsOf(table("cmap")),
    box: [left, bottom, right, top],
    ascent: thousandths(table("hhea").readInt16BE(4)),
    descent: thousandths(table("hhea").readInt16BE(6)),
    // The last of the advances goes for all glyphs that follow.
    advanceOf: (glyph) => thousandths(table("hmtx").readUInt16BE(4 * Math.min(glyph, metrics - 1))),
  };
}

/** The table for the basic plane (format 4), which is what the fonts here have. */
function glyphsOf(cmap: Buffer): Map<number, number> {
  const glyphs = new Map<number, number>();
  for (let entry = 0; entry < cmap.readUInt16BE(2); entry++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * entry + 4));
    if (table.readUInt16BE(0) === 4) addSegments(table, glyphs);
  }
  return glyphs;
}

function addSegments(table: Buffer, glyphs: Map<number, number>): void {
  const segmentBytes = table.readUInt16BE(6);
  for (let at = 0; at < segmentBytes; at += 2) {
    const end = table.readUInt16BE(14 + at);
    const start = table.readUInt16BE(16 + segmentBytes + at);
    const delta = table.readUInt16BE(16 + 2 * segmentBytes + at);
    const rangeAt = 16 + 3 * segmentBytes + at;
    const range = table.readUInt16BE(rangeAt);
    for (let character = start; character <= end && character !== 0xffff; character++) {
      const listed = range === 0 ? character : table.readUInt16BE(rangeAt + range + 2 * (character - start));
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) glyphs.set(character, glyph);
    }
  }
}
