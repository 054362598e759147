import type { Limits, Reason } from "./contract.ts";
import type { PageWords } from "./words.ts";

/** What became of a page. `page` counts from 1. */
export type PageReading =
  | { page: number; outcome: "recognised"; text: string; confidence: number; words: PageWords }
  /** The page held real text. */
  | { page: number; outcome: "text"; text: string }
  | { page: number; outcome: "failed"; reason: Reason; message: string };

/** To an OCR process: read these pages of a document. */
export interface ReadPages {
  path: string;
  /** From 1. */
  firstPage: number;
  /** At most; fewer when the document has no more. */
  pages: number;
  limits: Limits;
}

/** From an OCR process, in this order: `opened` or `refused`, then a `reading` for each page, then `finished`. */
export type OcrMessage =
  | { type: "opened"; format: string; pages: number }
  | { type: "refused"; reason: Reason; message: string }
  | { type: "reading"; reading: PageReading }
  /** Both figures are of the process since it started. */
  | { type: "finished"; residentBytes: number; cpuSeconds: number };

/** An OCR process that ran out of memory ends with this code, so that the supervisor can say why. */
export const outOfMemoryExitCode = 99;
