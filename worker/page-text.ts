import type { TextLine } from "./words.ts";

/** Lines of their own, with an empty line between paragraphs, as Tesseract itself writes text. */
export function textOfLines(lines: TextLine[]): string {
  return lines
    .map((line, index) => `${line.startsParagraph && index > 0 ? "\n" : ""}${textOfLine(line)}\n`)
    .join("");
}

function textOfLine({ words }: TextLine): string {
  let text = "";
  for (const word of words) {
    if (text !== "" && isSpaced(text, word.text)) text += " ";
    text += word.text;
  }
  return text;
}

/** Whether there is a space between two words that follow each other. */
export const isSpaced = (word: string, next: string) =>
  !(endsUnspaced.test(word) && beginsUnspaced.test(next));

/** Chinese and Japanese have no spaces between words; Tesseract takes nearly each of their characters for one. */
const unspaced = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]`;
const endsUnspaced = new RegExp(`${unspaced}$`, "u");
const beginsUnspaced = new RegExp(`^${unspaced}`, "u");
