import type { Limits } from "../contract.ts";
import { withoutControls } from "./charset.ts";
import { type OpenDocument, type Opening, type PageContent, refuse } from "./page.ts";
import { maxCharacters, refuseTooMuchText } from "./text-limit.ts";

/** A document that holds real text, and perhaps other documents: images in it, attachments of it. */
export interface WrittenDocument {
  format: string;
  text: string;
  enclosed: Opening[];
}

/**
 * The text is one page; the pages of what is enclosed follow. A document without text that encloses
 * something (a scan pasted into a letter) begins with the first page of that.
 */
export function openWritten(document: WrittenDocument, limits: Limits): Opening {
  const { format, enclosed } = document;
  const text = withoutControls(document.text);
  if (text.length > maxCharacters(limits)) return refuseTooMuchText(limits);
  const hasText = /\S/.test(text) || enclosed.length === 0;
  const textPage: OpenDocument[] = hasText ? [onePage({ outcome: "text", text })] : [];
  const parts = [...textPage, ...enclosed.map(documentOf)];
  return {
    outcome: "opened",
    document: {
      format,
      pages: parts.reduce((sum, { pages }) => sum + pages, 0),
      page: async (index) => inPart(parts, index)?.page() ?? noSuchPage,
      picture: async (index) => inPart(parts, index)?.picture(),
      close: () => {
        for (const part of parts) part.close();
      },
    },
  };
}

/** Without the tabs and spaces that end lines, and with one empty line at most where there are several. */
export const tidyLines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();

/** What cannot be opened is a page that fails, so that the rest is not lost with it. */
const documentOf = (opening: Opening): OpenDocument =>
  opening.outcome === "opened" ? opening.document : onePage(opening);

const onePage = (content: PageContent): OpenDocument => ({
  format: "",
  pages: 1,
  page: async () => content,
  picture: async () => undefined,
  close() {},
});

function inPart(parts: OpenDocument[], index: number) {
  let first = 0;
  for (const part of parts) {
    const own = index - first;
    if (own < part.pages) return { page: () => part.page(own), picture: () => part.picture(own) };
    first += part.pages;
  }
  return undefined;
}

const noSuchPage = refuse("corrupt", "The document has no such page.");
