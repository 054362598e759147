import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import {
  type ChunkDocument,
  type DocumentResult,
  outputKey,
  type Reason,
  type Settings,
} from "./contract.ts";
import { documentPath, makeDocumentFolder, outputPath } from "./document-files.ts";
import { isNamedAsDocument, isNamedAsText } from "./formats/names.ts";
import type { PageOutcome } from "./ocr-messages.ts";
import type { OcrPool } from "./ocr-pool.ts";
import type { DocumentReading } from "./ocr-reading.ts";
import type { DownloadResult, Store } from "./store.ts";

export interface DocumentWork {
  source: Store;
  destination: Store;
  settings: Settings;
  pool: OcrPool;
  attempt: number;
  onBegun(key: string): void;
  onPage(): void;
}

/**
 * One document from its bytes to its outputs. Every fault of the document is a result; only what
 * concerns a store as a whole is thrown. `undefined` when the pool was closed meanwhile.
 * `folder` is for its files, made here and removed afterwards.
 */
export async function processDocument(
  work: DocumentWork,
  document: ChunkDocument,
  folder: string,
): Promise<DocumentResult | undefined> {
  const startedAt = performance.now();
  try {
    await makeDocumentFolder(folder);
    const outcome = await readAndWrite(work, document, folder);
    if (outcome === undefined) return undefined;
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    const { key, bytes } = document;
    return { type: "document", key, bytes, ...outcome, seconds, attempt: work.attempt } as DocumentResult;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The part of a result that says what became of the document. */
type Outcome = DocumentResult extends infer Result
  ? Result extends DocumentResult
    ? Omit<Result, "type" | "key" | "bytes" | "seconds" | "attempt">
    : never
  : never;

async function readAndWrite(
  work: DocumentWork,
  document: ChunkDocument,
  folder: string,
): Promise<Outcome | undefined> {
  const { key, etag } = document;
  const { settings, source, pool } = work;
  const expected = { etag, maxBytes: settings.limits.documentBytes };
  const download = await source.download(key, documentPath(folder), expected);
  if (download.outcome !== "downloaded") return failedDownload(key, download);
  const reading = await pool.read(folder, { onBegun: () => work.onBegun(key), onPage: work.onPage });
  if (reading.outcome === "abandoned") return undefined;
  if (reading.outcome === "refused") return lost(key, reading.reason, reading.message);
  if (reading.format === "text" && !isNamedAsText(key)) {
    return lost(
      key,
      "unsupported-format",
      "The bytes are plain text, which is read when its name ends in .txt.",
    );
  }
  return writeOutputs(work, key, folder, reading);
}

function failedDownload(key: string, refusal: Exclude<DownloadResult, { outcome: "downloaded" }>): Outcome {
  // A folder behind a link, a pipe, a device: nothing that could be a document.
  const reason = refusal.outcome === "not-a-file" ? "unsupported-format" : refusal.outcome;
  return lost(key, reason, refusal.message);
}

/** What is of no known format is a loss only when its name promises a document. */
function lost(key: string, reason: Reason, message: string): Outcome {
  const isStranger = (reason === "unsupported-format" || reason === "empty") && !isNamedAsDocument(key);
  return { status: isStranger ? "skipped" : "failed", reason, message };
}

async function writeOutputs(
  { settings, destination, pool }: DocumentWork,
  key: string,
  folder: string,
  { format, pages }: Extract<DocumentReading, { outcome: "read" }>,
): Promise<Outcome | undefined> {
  const { languages, outputs } = settings;
  const pagesFailed = pages
    .filter((page) => page.outcome === "failed")
    .map(({ page, reason, message }) => ({ page, reason, message }));
  const [firstFailed] = pagesFailed;
  if (firstFailed && pagesFailed.length === pages.length)
    return lost(key, firstFailed.reason, firstFailed.message);
  const job = { folder, key, format, languages, outputs, pages: pages.length, pagesFailed };
  const writing = await pool.write(job);
  if (writing.outcome === "abandoned") return undefined;
  if (writing.outcome === "refused") return lost(key, writing.reason, writing.message);
  for (const output of outputs) {
    const content = createReadStream(outputPath(folder, output));
    const written = await destination.write(outputKey(key, output), content);
    content.destroy();
    if (written.outcome === "unwritable-name") return lost(key, "unwritable-name", written.message);
  }
  const recognised = pages.filter((page) => page.outcome === "recognised");
  return {
    status: "done",
    format,
    pages: pages.length,
    pagesFailed,
    pagesRecognised: recognised.length,
    pagesOfEarlierOcr: pages.filter((page) => page.outcome === "text" && page.isEarlierOcr).length,
    characters: pages.reduce((sum, page) => sum + charactersOf(page), 0),
    meanConfidence: recognised.length === 0 ? null : meanOf(recognised.map(({ confidence }) => confidence)),
  };
}

const charactersOf = (page: PageOutcome) => (page.outcome === "failed" ? 0 : page.characters);

function meanOf(numbers: number[]): number {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return Math.round(mean * 10) / 10;
}
