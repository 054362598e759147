/** What every store promises, whatever its bytes live in. */

/** One object of a store, as its listing tells. */
export interface StoredObject {
  /** `/`-separated and relative to the store's location. Any string: a key is never trusted. */
  key: string;
  bytes: number;
  /** Changes when the object is replaced. */
  etag: string;
  lastModified: Date;
}

/** Why an object could not be read; the message names the key and what the store said. */
export interface ReadRefusal {
  outcome: "not-found" | "access-denied" | "changed" | "too-large" | "not-a-file";
  message: string;
}

export type ReadResult = { outcome: "read"; bytes: Uint8Array; etag: string } | ReadRefusal;
export type DownloadResult = { outcome: "downloaded"; bytes: number } | ReadRefusal;

export type WriteResult =
  | { outcome: "written"; etag: string }
  /** `ifAbsent` was asked and the key is taken. */
  | { outcome: "exists" }
  /** The store cannot hold an object of that name: too long, a folder has it, or a link leads elsewhere. */
  | { outcome: "unwritable-name"; message: string };

/** Bytes or text, whole or piece by piece. */
export type Content = Uint8Array | string | AsyncIterable<string | Uint8Array>;

/**
 * Keys go in and come out exactly as they are. Refusals that concern one key are values; what concerns
 * the store as a whole (no bucket, no network, a full disk) is thrown as a `StoreError`.
 */
export interface Store {
  /** For messages and for `run.json`: an absolute path that ends in a slash, or `s3://bucket/prefix/`. */
  readonly location: string;
  /** All objects whose key begins with `prefix`, in the order of the keys' UTF-8 bytes, in bounded memory. */
  list(prefix?: string): AsyncIterable<StoredObject>;
  /** The whole object, or `range` of it: `start` and `end` in bytes, `end` exclusive. */
  read(key: string, range?: ByteRange): Promise<ReadResult>;
  /**
   * Copies the object into a file of the local disk. `changed` when its etag is not `etag`,
   * `too-large` (and nothing more is read) when it has more than `maxBytes`.
   */
  download(key: string, path: string, expected: { etag: string; maxBytes: number }): Promise<DownloadResult>;
  /** Whole or not at all: a reader never sees half an object. `ifAbsent` is atomic. */
  write(key: string, content: Content, condition?: { ifAbsent: true }): Promise<WriteResult>;
  /**
   * Deletes objects of Textmill's own, all of whose keys begin with `scratchPrefix`: any other key is refused and
   * nothing deleted, so that no mistake costs a document or an output. A key without an object is no error.
   */
  remove(keys: readonly string[]): Promise<void>;
  /**
   * What `list` hides: contents that are being written, or were when their writer was killed. How old they are
   * tells which. S3 shows nobody an unfinished object.
   */
  unfinishedWrites(): AsyncIterable<StoredObject>;
}

export interface ByteRange {
  start: number;
  end: number;
}

/** The store as a whole cannot be used; the message names it and what to do. */
export class StoreError extends Error {
  readonly code: "missing" | "access-denied" | "broken";

  constructor(code: StoreError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The order of the UTF-8 bytes of two well-formed strings, which is S3's order of keys. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const unitOfA = a.charCodeAt(index);
    const unitOfB = b.charCodeAt(index);
    if (unitOfA !== unitOfB) return utf8Rank(unitOfA) - utf8Rank(unitOfB);
  }
  return a.length - b.length;
}

/** UTF-16 has the surrogates of the characters beyond U+FFFF before U+E000; UTF-8 has those characters last. */
const utf8Rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
