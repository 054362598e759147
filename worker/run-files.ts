/** Reads the files of a run, which another process wrote, perhaps another version of Textmill. */

import {
  type Attempt,
  type ChunkDocument,
  type ChunkHeader,
  contractVersion,
  type DocumentResult,
  type Run,
} from "./contract.ts";

/** A file of a run that is not what this version of Textmill writes. */
export class ContractError extends Error {}

type Fields = Record<string, unknown>;

/** @param name of the file, for the error's text. */
export function parseRun(text: string, name: string): Run {
  const run = parseVersioned(text, name);
  const { runId, planId, source, destination, chunks, settings, totals, engine } = run;
  const texts = [runId, planId, source, destination];
  const objects = [settings, totals, engine];
  if (!texts.every(isText) || !objects.every(isFields) || !Number.isSafeInteger(chunks)) {
    throw new ContractError(`${name} is not the description of a run.`);
  }
  return run as unknown as Run;
}

/** A chunk file: its header and its documents. */
export function parseChunk(text: string, name: string): { header: ChunkHeader; documents: ChunkDocument[] } {
  const [first = "", ...rest] = linesOf(text);
  const header = parseVersioned(first, name) as unknown as ChunkHeader;
  const documents = rest.map((line) => {
    const { key, bytes, etag, lastModified } = parseFields(line, name);
    if (!isText(key) || typeof bytes !== "number" || !isText(etag) || !isText(lastModified)) {
      throw new ContractError(`${name} has a line that is not a document: ${line.slice(0, 200)}`);
    }
    return { key, bytes, etag, lastModified };
  });
  if (documents.length !== header.documents) {
    throw new ContractError(
      `${name} has ${documents.length} documents where its header says ${header.documents}.`,
    );
  }
  return { header, documents };
}

/** A results file: the attempts at the chunk, then what became of its documents. */
export function parseResults(text: string, name: string): { attempts: Attempt[]; results: DocumentResult[] } {
  const attempts: Attempt[] = [];
  const results: DocumentResult[] = [];
  for (const line of linesOf(text)) {
    const fields = parseFields(line, name);
    if (fields.type === "attempt") attempts.push(parseVersioned(line, name) as unknown as Attempt);
    else if (fields.type === "document" && isText(fields.key))
      results.push(fields as unknown as DocumentResult);
    else
      throw new ContractError(
        `${name} has a line that is neither an attempt nor a document: ${line.slice(0, 200)}`,
      );
  }
  return { attempts, results };
}

/**
 * The attempts at a chunk, from the beginning of its results file. `undefined` when `head` ends among them:
 * then more of the file has to be read.
 */
export function parseAttempts(head: string, name: string, isWhole: boolean): Attempt[] | undefined {
  const attempts: Attempt[] = [];
  const lines = head.split("\n");
  // What follows the last line break is a line only in part, or nothing.
  for (const line of isWhole ? lines : lines.slice(0, -1)) {
    if (!line.startsWith('{"type":"attempt"')) return attempts;
    attempts.push(parseVersioned(line, name) as unknown as Attempt);
  }
  return isWhole ? attempts : undefined;
}

/** Numbers of chunks, in order. */
export function parseLeftOver(text: string, name: string): number[] {
  const { chunks } = parseVersioned(text, name);
  if (!Array.isArray(chunks) || !chunks.every((chunk) => Number.isSafeInteger(chunk) && chunk >= 0)) {
    throw new ContractError(`${name} is not a list of chunks.`);
  }
  return chunks;
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

const isText = (value: unknown): value is string => typeof value === "string";

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

function parseFields(text: string, name: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ContractError(`${name} is not JSON.`, { cause });
  }
  if (!isFields(value)) throw new ContractError(`${name} does not hold an object.`);
  return value;
}

export function parseVersioned(text: string, name: string): Fields {
  const fields = parseFields(text, name);
  if (fields.version !== contractVersion) {
    throw new ContractError(
      `${name} has version ${JSON.stringify(fields.version)}, this Textmill knows version ${contractVersion}. ` +
        "Go on with the version of Textmill that began the run.",
    );
  }
  return fields;
}
