import type { PageReading } from "../ocr-messages.ts";

/** What of a document stands in its outputs: nothing that depends on where and when it was read. */
export interface OutputDocument {
  key: string;
  format: string;
  languages: string[];
}

/** In their order. */
export type PageReadings = Iterable<PageReading> | AsyncIterable<PageReading>;
