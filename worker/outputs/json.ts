import type { PageReading } from "../ocr-messages.ts";

/** Nothing in it depends on where and when the document was read. */
export function jsonOf(
  document: { key: string; format: string; languages: string[] },
  pages: PageReading[],
): string {
  const { key, format, languages } = document;
  return `${JSON.stringify({ version: 1, document: key, format, languages, pages: pages.map(pageOf) })}\n`;
}

function pageOf(page: PageReading) {
  if (page.outcome === "failed") return page;
  return { ...page, text: page.text.trimEnd() };
}
