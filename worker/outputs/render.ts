import type { OutputFormat } from "../contract.ts";
import { hocrOf } from "./hocr.ts";
import { jsonOf } from "./json.ts";
import type { OutputDocument, PageReadings } from "./source.ts";
import { txtOf } from "./txt.ts";

const renderers = {
  txt: (_, pages) => txtOf(pages),
  json: jsonOf,
  hocr: hocrOf,
} satisfies Record<OutputFormat, (document: OutputDocument, pages: PageReadings) => AsyncGenerator<string>>;

export function renderOutput(
  format: OutputFormat,
  document: OutputDocument,
  pages: PageReadings,
): AsyncGenerator<string> {
  return renderers[format](document, pages);
}
