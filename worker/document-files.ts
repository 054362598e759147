/**
 * What lies on the local disk while a document is worked on, in a folder of its own: its bytes, what was read of each
 * page, and its outputs. So no process has to hold a whole document's words.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FailedPage, OutputFormat } from "./contract.ts";
import type { PageReading } from "./ocr-messages.ts";

export async function makeDocumentFolder(folder: string): Promise<void> {
  await mkdir(join(folder, "pages"), { recursive: true });
}

export const documentPath = (folder: string) => join(folder, "document");

export const outputPath = (folder: string, format: OutputFormat) => join(folder, `output.${format}`);

const pagePath = (folder: string, page: number) => join(folder, "pages", `${page}.json`);

/** A page that is read again replaces what was left of the first time. */
export async function keepPage(folder: string, reading: PageReading): Promise<void> {
  await writeFile(pagePath(folder, reading.page), JSON.stringify(reading));
}

/** In their order, one at a time; of the failed ones nothing lies in the folder. */
export async function* keptPages(
  folder: string,
  pages: number,
  failed: FailedPage[],
): AsyncGenerator<PageReading> {
  const failures = new Map(failed.map((failure) => [failure.page, failure]));
  for (let page = 1; page <= pages; page++) {
    const failure = failures.get(page);
    if (failure) yield { ...failure, outcome: "failed" };
    else yield JSON.parse(await readFile(pagePath(folder, page), "utf8")) as PageReading;
  }
}
