import type { PageReading } from "../ocr-messages.ts";

/** The pages in order, parted by form feeds. A page that failed is empty, so that the others keep their number. */
export function txtOf(pages: PageReading[]): string {
  return pages.map((page) => (page.outcome === "failed" ? "" : `${page.text.trimEnd()}\n`)).join("\f");
}
