import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFolder } from "../../bundle.ts";
import { type CharacterCodes, characterCodes } from "./character-codes.ts";
import { addFont, type CompositeFont } from "./composite-font.ts";
import { glyphAdvance, glyphlessFont } from "./glyphless-font.ts";
import type { PdfFile } from "./pdf-file.ts";
import { readWoff } from "./woff-font.ts";

/** A font that a PDF's texts are set in. */
export interface TextFont {
  /** In the resources of the pages. */
  name: string;
  codes: CharacterCodes;
  /** Whether its characters are shown; the others can only be found. */
  isVisible: boolean;
  /** In thousandths of the font's size. */
  widthOf(character: string): number;
}

/** The fonts of one PDF, each taken into it when the first text needs it. */
export interface TextFonts {
  fontFor(character: string): TextFont;
  /** For text that lies under a picture. */
  unseen(): TextFont;
  /** The fonts taken so far, as an entry of a page's resources. */
  resources(): string;
  /** Writes the fonts that were taken. */
  write(): void;
}

export function textFonts(file: PdfFile): TextFonts {
  const taken = new Map<Face, TextFont & { number: number }>();
  const take = (face: Face) => {
    const known = taken.get(face);
    if (known) return known;
    const { isVisible, widthOf } = face;
    const font = {
      name: face.font.name,
      number: file.reserve(),
      codes: characterCodes(),
      isVisible,
      widthOf,
    };
    taken.set(face, font);
    return font;
  };
  return {
    fontFor: (character) => take(visibleFaces().find((face) => face.has(character)) ?? unseenFace),
    unseen: () => take(unseenFace),
    resources: () =>
      `/Font<<${[...taken.values()].map(({ name, number }) => `/${name} ${number} 0 R`).join("")}>>`,
    write() {
      for (const [face, { number, codes }] of taken) addFont(file, number, face.font, codes);
    },
  };
}

interface Face {
  font: CompositeFont;
  isVisible: boolean;
  has(character: string): boolean;
  widthOf(character: string): number;
}

const unseenFace: Face = {
  font: glyphlessFont,
  isVisible: false,
  has: () => true,
  widthOf: () => glyphAdvance,
};

/** Source Sans in parts, each for some of the characters of Latin, Greek and Cyrillic. */
export const fontParts = [
  "latin",
  "latin-ext",
  "cyrillic",
  "cyrillic-ext",
  "greek",
  "greek-ext",
  "vietnamese",
];
export const fontFileName = (part: string) => `source-sans-3-${part}-400-normal.woff`;

let faces: Face[] | undefined;
const visibleFaces = () => (faces ??= fontParts.map(visibleFace));

function visibleFace(part: string): Face {
  const { glyphs, advanceOf, ...font } = readWoff(
    readFileSync(join(bundleFolder, "fonts", fontFileName(part))),
  );
  const widths = new Map([...glyphs].map(([character, glyph]) => [character, advanceOf(glyph)]));
  const widthOf = (character: string) => widths.get(character.codePointAt(0) ?? 0) ?? 0;
  return {
    font: {
      ...font,
      name: `SourceSans3-${part}`,
      flags: 4, // its characters are not those of Latin alone
      glyphOf: (code) => glyphs.get(code) ?? 0,
      defaultWidth: 0,
      widths,
    },
    isVisible: true,
    has: (character) => widths.has(character.codePointAt(0) ?? 0),
    widthOf,
  };
}
