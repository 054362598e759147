import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import type { Limits } from "../contract.ts";
import { type Refusal, refuse } from "./page.ts";
import { messageOf, needsPassword } from "./refusals.ts";

/** The files of a ZIP archive, of which office documents are made. */
export interface Zip {
  names: string[];
  /** A file's bytes as they are expanded. Throws when they are damaged; "there is no such file" is no bytes. */
  read(name: string): AsyncIterable<Buffer>;
}

/**
 * The directory tells to how many bytes each file expands, and a file that expands to more is damaged: so a
 * bomb is refused before a byte of it is expanded.
 */
export async function openZip(
  bytes: Uint8Array,
  limits: Limits,
): Promise<{ outcome: "opened"; zip: Zip } | Refusal> {
  const entries = new Map<string, Entry>();
  let file: ZipFile;
  let expandedBytes = 0;
  try {
    file = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    for await (const entry of file.eachEntry()) {
      entries.set(entry.fileName, entry);
      expandedBytes += entry.uncompressedSize;
    }
  } catch (error) {
    return refuse("corrupt", `The ZIP archive is damaged or cut off. ${messageOf(error)}`);
  }
  if ([...entries.values()].some((entry) => entry.isEncrypted())) {
    return needsPassword;
  }
  if (expandedBytes > limits.documentBytes) {
    return refuse(
      "too-large",
      `The document expands to ${mebibytes(expandedBytes)} MiB, the limit is ${mebibytes(limits.documentBytes)} (input max-document-mib).`,
    );
  }
  return {
    outcome: "opened",
    zip: {
      names: [...entries.keys()],
      async *read(name) {
        const entry = entries.get(name);
        if (entry) yield* await file.openReadStreamPromise(entry);
      },
    },
  };
}

export async function readWhole(zip: Zip, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of zip.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20).toLocaleString("en");
