/** The documents of a plan on the local disk: their totals have to be known before the first chunk is cut. */

import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChunkDocument, RunTotals } from "../../worker/contract.ts";
import type { StoredObject } from "../../worker/store.ts";
import type { ListedDocument } from "./pending.ts";

export interface SpoolTotals extends RunTotals {
  /** Predicted, of all documents that are not done. */
  cpuSeconds: number;
}

export interface Spool {
  path: string;
  totals: SpoolTotals;
  /** The documents that are not done, in the order they came in; as often as asked for. */
  documents(): AsyncGenerator<ChunkDocument>;
  /** Has to be called, in a `finally`: the file may have a gigabyte. */
  remove(): Promise<void>;
}

export async function spoolDocuments(
  listed: AsyncIterable<ListedDocument>,
  predict: (document: ChunkDocument) => number,
): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-plan-"));
  const path = join(folder, "documents.jsonl");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const totals = await writeSpool(path, listed, predict);
    return { path, totals, documents: () => readSpool(path), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const bufferCharacters = 256 * 1024;

async function writeSpool(
  path: string,
  listed: AsyncIterable<ListedDocument>,
  predict: (document: ChunkDocument) => number,
): Promise<SpoolTotals> {
  const totals: SpoolTotals = { documents: 0, bytes: 0, alreadyDone: 0, cpuSeconds: 0 };
  const file = await open(path, "wx", 0o600);
  try {
    await writeLines(file, pendingLines(listed, predict, totals));
  } finally {
    await file.close();
  }
  return totals;
}

/** One JSON line for each document that is not done; all are counted in `totals`. */
async function* pendingLines(
  listed: AsyncIterable<ListedDocument>,
  predict: (document: ChunkDocument) => number,
  totals: SpoolTotals,
): AsyncGenerator<string> {
  for await (const { object, done } of listed) {
    if (done) {
      totals.alreadyDone += 1;
      continue;
    }
    const document = chunkDocument(object);
    totals.documents += 1;
    totals.bytes += document.bytes;
    totals.cpuSeconds += predict(document);
    yield JSON.stringify(document);
  }
}

function chunkDocument({ key, bytes, etag, lastModified }: StoredObject): ChunkDocument {
  return { key, bytes, etag, lastModified: lastModified.toISOString() };
}

/** Nothing more is taken from `lines` while the disk is busy. */
async function writeLines(file: FileHandle, lines: AsyncIterable<string>): Promise<void> {
  let buffer = "";
  for await (const line of lines) {
    buffer += `${line}\n`;
    if (buffer.length < bufferCharacters) continue;
    await file.appendFile(buffer);
    buffer = "";
  }
  await file.appendFile(buffer);
}

/** Not node:readline: it also breaks lines at U+2028 and U+2029, which JSON leaves as they are. */
async function* readSpool(path: string): AsyncGenerator<ChunkDocument> {
  let rest = "";
  const stream = createReadStream(path, { encoding: "utf8", highWaterMark: bufferCharacters });
  for await (const text of stream as AsyncIterable<string>) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as ChunkDocument;
  }
}
