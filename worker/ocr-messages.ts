import type { FailedPage, OutputFormat, Reason, Settings } from "./contract.ts";
import type { PageWords } from "./words.ts";

/** What was read of a page. `page` counts from 1. */
export type PageReading =
  | { page: number; outcome: "recognised"; text: string; confidence: number; words: PageWords }
  /** The page held real text. */
  | { page: number; outcome: "text"; text: string; isEarlierOcr: boolean }
  | PageFailure;

/** What became of a page, as far as the supervisor has to know. */
export type PageOutcome =
  | { page: number; outcome: "recognised"; characters: number; confidence: number }
  | { page: number; outcome: "text"; characters: number; isEarlierOcr: boolean }
  | PageFailure;

export type PageFailure = FailedPage & { outcome: "failed" };

/** To an OCR process: read these pages of a document and keep what they hold in its folder. */
export interface ReadPages {
  type: "read";
  folder: string;
  /** From 1. */
  firstPage: number;
  /** At most; fewer when the document has no more. */
  pages: number;
  settings: Pick<Settings, "limits" | "pdfPages">;
}

/** To an OCR process: make the outputs of a document of which all pages were read. */
export interface WriteOutputs {
  type: "write";
  folder: string;
  key: string;
  format: string;
  languages: string[];
  pages: number;
  pagesFailed: FailedPage[];
  outputs: OutputFormat[];
  settings: ReadPages["settings"];
}

export type OcrJob = ReadPages | WriteOutputs;

/**
 * From an OCR process. To `ReadPages`: `opened` or `refused`, then a `page` for each page. To `WriteOutputs`: a
 * `progress` for each page of each output, then `written` or `refused`. `finished` ends both.
 */
export type OcrMessage =
  | { type: "opened"; format: string; pages: number }
  | { type: "refused"; reason: Reason; message: string }
  | { type: "page"; page: PageOutcome }
  | { type: "progress" }
  | { type: "written" }
  /** Both figures are of the process since it started. */
  | { type: "finished"; residentBytes: number; cpuSeconds: number };

/** An OCR process that ran out of memory ends with this code, so that the supervisor can say why. */
export const outOfMemoryExitCode = 99;
