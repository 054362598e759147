import type { PageReadings } from "./source.ts";

/** The pages parted by form feeds. A page that failed is empty, so that the others keep their number. */
export async function* txtOf(pages: PageReadings): AsyncGenerator<string> {
  let separator = "";
  for await (const page of pages) {
    yield page.outcome === "failed" ? separator : `${separator}${page.text.trimEnd()}\n`;
    separator = "\f";
  }
}
