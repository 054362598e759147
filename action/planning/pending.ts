/** Which documents still have to be done: a listing of the source merged with one of the destination. */

import { type OutputFormat, outputKey } from "../../worker/contract.ts";
import { compareKeys, type StoredObject } from "../../worker/store.ts";

/** A source object, and whether every asked-for output of it exists and is newer. */
export interface ListedDocument {
  object: StoredObject;
  done: boolean;
}

/** A document of which the outputs before `check` were found. */
interface OpenDocument {
  object: StoredObject;
  /** Index into the formats, and the key of that output: what the destination is asked for next. */
  format: number;
  check: string;
}

/**
 * Both listings have to be in the order of the keys' UTF-8 bytes; neither is read twice or held.
 *
 * A suffix changes the order where one key begins another (`a` < `a-1`, yet `a-1.txt` < `a.txt`), so a
 * document stays open until the merge has passed its outputs. A document is open only between its key
 * and its key plus a suffix, and whatever lies between those two begins with the key: there are never
 * more open documents than a key has bytes.
 *
 * Documents come out once their answer is known, so one that begins others may follow them.
 */
export async function* pendingDocuments(
  source: AsyncIterable<StoredObject>,
  destination: AsyncIterable<StoredObject>,
  outputs: OutputFormat[],
): AsyncGenerator<ListedDocument> {
  const formats = outputs.toSorted((a, b) => compareKeys(outputKey("", a), outputKey("", b)));
  const written = cursorOver(destination);
  const open: OpenDocument[] = [];
  try {
    for await (const object of source) {
      yield* settle(open, formats, written, object.key);
      const check = checkOf(object, formats, 0);
      if (check === undefined) yield { object, done: true };
      else open.push({ object, format: 0, check });
    }
    yield* settle(open, formats, written, undefined);
  } finally {
    await written.close();
  }
}

/** Makes the checks that come before the key `until`, in order, and yields the documents they settle. */
async function* settle(
  open: OpenDocument[],
  formats: OutputFormat[],
  written: Cursor,
  until: string | undefined,
): AsyncGenerator<ListedDocument> {
  for (;;) {
    const document = smallestCheck(open);
    if (document === undefined) return;
    if (until !== undefined && compareKeys(document.check, until) >= 0) return;

    const { object, check } = document;
    const output = await written.find(check);
    const fresh = output !== undefined && output.lastModified > object.lastModified;
    const nextCheck = fresh ? checkOf(object, formats, document.format + 1) : undefined;
    if (nextCheck !== undefined) {
      document.format += 1;
      document.check = nextCheck;
    } else {
      open.splice(open.indexOf(document), 1);
      yield { object, done: fresh };
    }
  }
}

function checkOf(object: StoredObject, formats: OutputFormat[], format: number): string | undefined {
  const name = formats[format];
  return name === undefined ? undefined : outputKey(object.key, name);
}

function smallestCheck(open: OpenDocument[]): OpenDocument | undefined {
  let smallest = open[0];
  for (const document of open) {
    if (smallest !== undefined && compareKeys(document.check, smallest.check) < 0) smallest = document;
  }
  return smallest;
}

interface Cursor {
  /** The object of that key. Keys have to be asked for in ascending order. */
  find(key: string): Promise<StoredObject | undefined>;
  close(): Promise<void>;
}

function cursorOver(listing: AsyncIterable<StoredObject>): Cursor {
  const iterator = listing[Symbol.asyncIterator]();
  let current: IteratorResult<StoredObject, unknown> | undefined;
  return {
    async find(key) {
      current ??= await iterator.next();
      while (current.done !== true && compareKeys(current.value.key, key) < 0)
        current = await iterator.next();
      return current.done !== true && current.value.key === key ? current.value : undefined;
    },
    async close() {
      await iterator.return?.();
    },
  };
}
