/** A store that keeps what is written to it, as S3 does: whole objects, conditional writes, nothing stale. */
import { createHash } from "node:crypto";
import type { Content, Store } from "../../worker/store.ts";

export interface MemoryStore extends Store {
  readonly texts: Map<string, string>;
  /** Each read, with how many bytes it gave. */
  readonly reads: { key: string; bytes: number }[];
  /** Stands between the caller and the store: delays, loses answers. */
  between: <T>(call: string, serve: () => T) => Promise<T>;
}

/** Stores of the same `texts` are those of different processes. */
export function memoryStore(texts = new Map<string, string>(), location = "s3://made-up/"): MemoryStore {
  const reads: MemoryStore["reads"] = [];
  const lastModified = new Date("2026-01-01T00:00:00Z");
  const etagOf = (text: string) => createHash("md5").update(text).digest("hex");
  const absent = (key: string) => ({
    outcome: "not-found" as const,
    message: `There is no ${JSON.stringify(key)}.`,
  });
  const store: MemoryStore = {
    location,
    texts,
    reads,
    between: async (_, serve) => serve(),
    async *list(prefix = "") {
      for (const key of [...texts.keys()].sort()) {
        if (!key.startsWith(prefix)) continue;
        const text = texts.get(key) ?? "";
        yield { key, bytes: Buffer.byteLength(text), etag: etagOf(text), lastModified };
      }
    },
    read: (key, range) =>
      store.between("read", () => {
        const text = texts.get(key);
        if (text === undefined) return absent(key);
        const bytes = Buffer.from(text).subarray(range?.start ?? 0, range?.end);
        reads.push({ key, bytes: bytes.length });
        return { outcome: "read" as const, bytes, etag: etagOf(text) };
      }),
    download: async (key) => absent(key),
    async write(key, content, condition) {
      const text = await textOf(content);
      return store.between("write", () => {
        if (condition?.ifAbsent && texts.has(key)) return { outcome: "exists" as const };
        texts.set(key, text);
        return { outcome: "written" as const, etag: etagOf(text) };
      });
    },
    async remove(keys) {
      for (const key of keys) texts.delete(key);
    },
    async *unfinishedWrites() {},
  };
  return store;
}

async function textOf(content: Content): Promise<string> {
  if (typeof content === "string") return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString();
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece as string));
  return Buffer.concat(pieces).toString();
}
