import type { Limits } from "../contract.ts";
import { decodeText } from "./charset.ts";
import type { Opening } from "./page.ts";
import { maxCharacters, refuseTooMuchText } from "./text-limit.ts";
import { openWritten } from "./written.ts";

/** Plain text is one page: a form feed in it becomes the end of a line, since in an output it parts pages. */
export function openText(bytes: Uint8Array, limits: Limits): Opening {
  if (bytes.length > mostBytesPerCharacter * maxCharacters(limits)) return refuseTooMuchText(limits);
  const text = decodeText(bytes).replace(/\r\n?|\f/g, "\n");
  return openWritten({ format: "text", text, enclosed: [] }, limits);
}

/** Of UTF-8, for each UTF-16 unit that it decodes to. */
const mostBytesPerCharacter = 3;
