import type { TextLine, Word } from "../words.ts";

/**
 * Tesseract reads the I of a typeface without serifs as a bar. In English a bar that stands before a word in small
 * letters, where no other bar of its line says that it parts columns, is the pronoun.
 */
export function readLoneBars(lines: TextLine[]): TextLine[] {
  return lines.map((line) => {
    const isTable = line.words.some(
      (word, index) => word.text.includes("|") && !isPronoun(word, line.words[index + 1]),
    );
    if (isTable) return line;
    const words = line.words.map((word) => (word.text.includes("|") ? withPronoun(word) : word));
    return { ...line, words };
  });
}

function isPronoun({ text }: Word, next: Word | undefined): boolean {
  return /^["'“‘(]?\|$/.test(text)
    ? /^[a-z]/.test(next?.text ?? "")
    : /^["'“‘(]?\|['’](?:m|ll|d|ve)\W*$/.test(text);
}

const withPronoun = (word: Word): Word => ({ ...word, text: word.text.replace("|", "I") });
