import type { Limits } from "../contract.ts";
import { refuse } from "./page.ts";

/** A densely printed page. */
const charactersPerPage = 4000;

/** How much text a document may have: a few bytes can stand for gigabytes of it, and all of it goes to disk and to the destination. */
export const maxCharacters = (limits: Limits) => limits.documentPages * charactersPerPage;

export const refuseTooMuchText = (limits: Limits) =>
  refuse(
    "too-large",
    `The document has more text than ${limits.documentPages} pages of ${charactersPerPage} characters hold (input max-document-pages).`,
  );
