/**
 * Two-byte codes for the characters of a font that shows nothing. A character of Unicode's basic plane is its own code;
 * the codes of surrogates, which are no characters, go to those beyond it in the order in which they come.
 */
export interface CharacterCodes {
  /** In hexadecimal, four digits a character. */
  hexOf(text: string): string;
  /** The CMap that tells a reader the text of the codes given out so far. */
  toUnicode(): string;
}

const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;
const replacement = 0xfffd;

export function characterCodes(): CharacterCodes {
  const beyond = new Map<number, number>();
  /** The upper bytes of the codes in use. */
  const rows = new Set<number>();
  const codeOf = (character: number): number => {
    if (character < 0x10000) return isSurrogate(character) ? replacement : character;
    const known = beyond.get(character);
    if (known !== undefined) return known;
    const next = firstSurrogate + beyond.size;
    if (next > lastSurrogate) return replacement;
    beyond.set(character, next);
    return next;
  };
  return {
    hexOf: (text) =>
      Array.from(text, (character) => {
        const code = codeOf(character.codePointAt(0) ?? replacement);
        if (!isSurrogate(code)) rows.add(code >> 8);
        return hex(code);
      }).join(""),
    toUnicode: () => cmapOf(rows, beyond),
  };
}

const isSurrogate = (code: number) => code >= firstSurrogate && code <= lastSurrogate;

const hex = (code: number) => code.toString(16).padStart(4, "0").toUpperCase();

function cmapOf(rows: Set<number>, beyond: Map<number, number>): string {
  // A range may not pass from one upper byte to another.
  const ranges = [...rows]
    .sort((a, b) => a - b)
    .map((row) => `<${hex(row << 8)}> <${hex((row << 8) + 255)}> <${hex(row << 8)}>`);
  const characters = [...beyond].map(
    ([character, code]) =>
      `<${hex(code)}> <${Array.from({ length: 2 }, (_, unit) => hex(String.fromCodePoint(character).charCodeAt(unit))).join("")}>`,
  );
  return [
    "/CIDInit /ProcSet findresource begin",
    "12 dict begin",
    "begincmap",
    "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
    "/CMapName /Adobe-Identity-UCS def",
    "/CMapType 2 def",
    "1 begincodespacerange",
    "<0000> <FFFF>",
    "endcodespacerange",
    ...inSections("bfrange", ranges),
    ...inSections("bfchar", characters),
    "endcmap",
    "CMapName currentdict /CMap defineresource pop",
    "end",
    "end",
    "",
  ].join("\n");
}

/** A section may have 100 lines at most. */
function inSections(operator: string, lines: string[]): string[] {
  const sections: string[] = [];
  for (let start = 0; start < lines.length; start += 100) {
    const section = lines.slice(start, start + 100);
    sections.push(`${section.length} begin${operator}`, ...section, `end${operator}`);
  }
  return sections;
}
