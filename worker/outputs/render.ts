import type { OutputFormat } from "../contract.ts";
import type { PageReading } from "../ocr-messages.ts";
import { jsonOf } from "./json.ts";
import { txtOf } from "./txt.ts";

export function renderOutput(
  format: OutputFormat,
  document: { key: string; format: string; languages: string[] },
  pages: PageReading[],
): string {
  return format === "txt" ? txtOf(pages) : jsonOf(document, pages);
}
