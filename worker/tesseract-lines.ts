import type { TessBaseApi } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import type { TesseractCore } from "./tesseract-core.ts";
import type { TextLine, Word } from "./words.ts";

/** Tesseract's PageIteratorLevel. */
const paragraph = 1;
const textLine = 2;
const word = 3;

/**
 * What was recognised, with boxes in pixels of the image that Tesseract was given. One walk over the words:
 * each of Tesseract's own renderers walks anew for every output, and its hOCR costs five times as much.
 */
export function readLines({ core, memory }: TesseractCore, api: TessBaseApi): TextLine[] {
  const iterator = api.GetIterator();
  if (core.getPointer(iterator) === 0) return [];
  const lines: TextLine[] = [];
  let lineBox = "";
  iterator.Begin();
  do {
    const text = textOfWord(core, memory, core.getPointer(iterator));
    if (text === undefined) continue;
    const box = JSON.stringify(iterator.getBoundingBox(textLine));
    if (box !== lineBox) lines.push({ startsParagraph: iterator.IsAtBeginningOf(paragraph), words: [] });
    lineBox = box;
    const { x0: left, y0: top, x1: right, y1: bottom } = iterator.getBoundingBox(word);
    const read: Word = { text, confidence: iterator.Confidence(word), box: { left, top, right, bottom } };
    lines.at(-1)?.words.push(read);
  } while (iterator.Next(word));
  core.destroy(iterator);
  return lines;
}

/** Through the raw binding: the one for JavaScript never frees the text that Tesseract gives away. */
function textOfWord(core: TesseractCore["core"], memory: WebAssembly.Memory, iterator: number) {
  const address = core._emscripten_bind_ResultIterator_GetUTF8Text_1(iterator, word);
  if (address === 0) return undefined;
  const bytes = new Uint8Array(memory.buffer, address);
  const text = Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString("utf8");
  core._free(address);
  // A picture comes as one blank word.
  return text.trim() === "" ? undefined : text;
}
