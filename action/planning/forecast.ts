/** The work that documents are expected to be, before any was read. */

import type { ChunkDocument, Forecast } from "../../worker/contract.ts";

/** CPU seconds that one document costs. */
export interface WorkRate {
  fixedSeconds: number;
  secondsPerMiB: number;
}

/** One rate a format family; the family of a document is told by its extension. */
export type WorkRates = Record<FormatFamily, WorkRate>;
export type FormatFamily =
  | "png"
  | "jpeg"
  | "jpeg2000"
  | "tiff"
  | "bmp"
  | "webp"
  | "gif"
  | "pdf"
  | "office"
  | "text"
  | "other";

/** Provisional: guesses until they are replaced by measured ones. */
export const defaultRates: WorkRates = {
  png: { fixedSeconds: 1.5, secondsPerMiB: 1 },
  jpeg: { fixedSeconds: 1.5, secondsPerMiB: 1.5 },
  jpeg2000: { fixedSeconds: 1.5, secondsPerMiB: 3 },
  tiff: { fixedSeconds: 1, secondsPerMiB: 12 },
  bmp: { fixedSeconds: 1, secondsPerMiB: 0.1 },
  webp: { fixedSeconds: 1.5, secondsPerMiB: 4 },
  gif: { fixedSeconds: 1, secondsPerMiB: 4 },
  pdf: { fixedSeconds: 1, secondsPerMiB: 6 },
  // Their text costs next to nothing; what is large in them is pictures, which are recognised.
  office: { fixedSeconds: 0.2, secondsPerMiB: 1.5 },
  text: { fixedSeconds: 0.02, secondsPerMiB: 0.2 },
  other: { fixedSeconds: 0.5, secondsPerMiB: 1 },
};

const familyOfExtension = new Map<string, FormatFamily>([
  ["png", "png"],
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["jp2", "jpeg2000"],
  ["j2k", "jpeg2000"],
  ["jpf", "jpeg2000"],
  ["tif", "tiff"],
  ["tiff", "tiff"],
  ["bmp", "bmp"],
  ["webp", "webp"],
  ["gif", "gif"],
  ["pdf", "pdf"],
  ["docx", "office"],
  ["doc", "office"],
  ["odt", "office"],
  ["rtf", "office"],
  ["eml", "office"],
  ["html", "text"],
  ["htm", "text"],
  ["txt", "text"],
]);

const bytesPerMiB = 1024 * 1024;

export function predictedCpuSeconds(
  document: Pick<ChunkDocument, "key" | "bytes">,
  rates: WorkRates = defaultRates,
): number {
  const rate = rates[familyOf(document.key)];
  return rate.fixedSeconds + (rate.secondsPerMiB * document.bytes) / bytesPerMiB;
}

function familyOf(key: string): FormatFamily {
  const extension = key.slice(key.lastIndexOf(".") + 1).toLowerCase();
  return familyOfExtension.get(extension) ?? "other";
}

export function forecastOf(totals: { cpuSeconds: number }): Forecast {
  return { basis: "defaults", cpuSeconds: totals.cpuSeconds };
}
