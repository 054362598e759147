import { constants, createWriteStream } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { absentCodes, deniedCodes, etagOf, isCode, isWithin } from "./folder-files.ts";
import { isUndecodable, pathOfKey } from "./folder-names.ts";
import {
  type ByteRange,
  type DownloadResult,
  type ReadRefusal,
  type ReadResult,
  StoreError,
} from "./interface.ts";
import { changed, isUnicode, messageOf, shown, tooLarge } from "./refusals.ts";

export async function readFile(root: string, key: string, range?: ByteRange): Promise<ReadResult> {
  return useFile(root, key, async ({ handle, bytes, etag }) => ({
    outcome: "read",
    bytes: range ? await readRange(handle, range, bytes) : await handle.readFile(),
    etag,
  }));
}

export async function downloadFile(
  root: string,
  key: string,
  path: string,
  expected: { etag: string; maxBytes: number },
): Promise<DownloadResult> {
  return useFile(root, key, async ({ handle, bytes, etag }) => {
    if (etag !== expected.etag) return changed(key);
    if (bytes > expected.maxBytes) return tooLarge(key, bytes, expected.maxBytes);
    await pipeline(handle.createReadStream({ autoClose: false }), createWriteStream(path));
    // Our own writers replace a file; others may write into it.
    const isUnchanged = etagOf(await handle.stat({ bigint: true })) === etag;
    return isUnchanged ? { outcome: "downloaded", bytes } : changed(key);
  });
}

interface OpenFile {
  handle: FileHandle;
  bytes: number;
  etag: string;
}

/** All that is learned of the file comes from one handle, so a writer may replace it meanwhile. */
async function useFile<T>(
  root: string,
  key: string,
  use: (file: OpenFile) => Promise<T>,
): Promise<T | ReadRefusal> {
  const handle = await openFile(root, key).catch((error) => refusalOf(error, key));
  if ("outcome" in handle) return handle;
  try {
    const stats = await handle.stat({ bigint: true });
    return await use({ handle, bytes: Number(stats.size), etag: etagOf(stats) });
  } catch (cause) {
    throw new StoreError("broken", `Reading ${shown(key)} from ${root} failed: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    await handle.close();
  }
}

async function openFile(root: string, key: string): Promise<FileHandle | ReadRefusal> {
  if (!isUnicode(key)) return notFound(key);
  const path = await realpath(pathOfKey(root, key));
  if (!isWithin(await realpath(root), path)) {
    return { outcome: "access-denied", message: `${shown(key)} is a link that leads out of the folder.` };
  }
  if (!(await stat(path)).isFile()) {
    return { outcome: "not-a-file", message: `${shown(key)} is no regular file.` };
  }
  // Should a pipe have taken its place since, opening it does not wait for a writer.
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
}

/** Faults of one file are outcomes; those of the disk are thrown. */
function refusalOf(cause: unknown, key: string): ReadRefusal {
  if (isCode(cause, ...absentCodes)) return notFound(key);
  if (isCode(cause, ...deniedCodes)) {
    return { outcome: "access-denied", message: `The file ${shown(key)} may not be read.` };
  }
  throw new StoreError("broken", `The file ${shown(key)} cannot be opened: ${messageOf(cause)}`, { cause });
}

function notFound(key: string): ReadRefusal {
  const advice = isUndecodable(key) ? " If its name is not UTF-8, rename it." : "";
  return { outcome: "not-found", message: `There is no file ${shown(key)}.${advice}` };
}

async function readRange(handle: FileHandle, { start, end }: ByteRange, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}
