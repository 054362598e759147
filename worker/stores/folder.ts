import { randomUUID } from "node:crypto";
import { type BigIntStats, constants, createWriteStream, type Dirent } from "node:fs";
import {
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { nameOfSegment, segmentOfName } from "./folder-names.ts";
import {
  type ByteRange,
  type Content,
  compareKeys,
  type ReadRefusal,
  type Store,
  type StoredObject,
  StoreError,
  type WriteResult,
} from "./interface.ts";

/** The store's own: files that are being written. */
const temporaryPrefix = ".textmill/tmp/";

/** A folder and all below it. Nothing outside is ever read or written, links included. */
export function folderStore(root: string): Store {
  const location = root.endsWith(sep) ? root : `${root}${sep}`;
  return {
    location,
    list: (prefix = "") => list(root, prefix),
    async read(key, range) {
      const file = await findFile(root, key);
      if (file.outcome !== "found") return file;
      return refusingErrors(key, async () => {
        const bytes = range ? await readRange(file.path, range) : await readFile(file.path);
        return { outcome: "read", bytes, etag: file.etag };
      });
    },
    async download(key, path, { etag, maxBytes }) {
      const file = await findFile(root, key);
      if (file.outcome !== "found") return file;
      if (file.etag !== etag) return changed(key);
      if (file.bytes > maxBytes) return tooLarge(key, file.bytes, maxBytes);
      return refusingErrors(key, async () => {
        await copyFile(file.path, path, constants.COPYFILE_FICLONE);
        const after = await findFile(root, key);
        return after.outcome === "found" && after.etag === etag
          ? { outcome: "downloaded", bytes: file.bytes }
          : changed(key);
      });
    },
    write: (key, content, condition) => write(root, key, content, condition?.ifAbsent ?? false),
  };
}

// --- Listing ---------------------------------------------------------------------------------

async function* list(root: string, prefix: string): AsyncGenerator<StoredObject> {
  const realRoot = await realRootOf(root);
  yield* walk({ root, realRoot, prefix }, root, "");
}

async function realRootOf(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (cause) {
    throw new StoreError("missing", `There is no folder ${root}. Check the path.`, { cause });
  }
}

interface Walk {
  root: string;
  realRoot: string;
  prefix: string;
}

interface Entry {
  /** With a slash at the end of a folder's, as in the keys below it: that decides the order. */
  key: string;
  path: string;
  isFolder: boolean;
}

/** Depth first. Only the names of the folders on the way down are held. */
async function* walk(within: Walk, folder: string, keyOfFolder: string): AsyncGenerator<StoredObject> {
  const entries = await entriesOf(within, folder, keyOfFolder);
  let files: Entry[] = [];
  for (const entry of entries) {
    if (!entry.isFolder) {
      files.push(entry);
      if (files.length < filesLookedUpAtOnce) continue;
    }
    yield* lookUp(within, files);
    files = [];
    if (entry.isFolder) yield* walk(within, entry.path, entry.key);
  }
  yield* lookUp(within, files);
}

const filesLookedUpAtOnce = 64;

async function entriesOf({ root, prefix }: Walk, folder: string, keyOfFolder: string): Promise<Entry[]> {
  let found: Dirent[];
  try {
    found = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (isCode(cause, "ENOENT") && folder !== root) return [];
    throw new StoreError(
      "access-denied",
      `The folder ${folder} cannot be listed, so documents would be missed.`,
      {
        cause,
      },
    );
  }
  return found
    .map((entry) => ({
      key: `${keyOfFolder}${segmentOfName(entry.name)}${entry.isDirectory() ? "/" : ""}`,
      path: join(folder, entry.name),
      isFolder: entry.isDirectory(),
    }))
    .filter(({ key, isFolder }) => key.startsWith(prefix) || (isFolder && prefix.startsWith(key)))
    .filter(({ key }) => key !== temporaryPrefix)
    .sort((a, b) => compareKeys(a.key, b.key));
}

async function* lookUp(within: Walk, files: Entry[]): AsyncGenerator<StoredObject> {
  const objects = await Promise.all(files.map((file) => objectOf(within, file)));
  for (const object of objects) if (object !== undefined) yield object;
}

/** `undefined` when the file has gone meanwhile. What cannot be read is listed all the same: it needs a result. */
async function objectOf({ realRoot }: Walk, { key, path }: Entry): Promise<StoredObject | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    if (!stats.isSymbolicLink()) return stored(key, stats);
    const target = await realpath(path).catch(() => undefined);
    const isInside = target !== undefined && isWithin(realRoot, target);
    const targetStats = isInside ? await stat(target, { bigint: true }) : undefined;
    return targetStats?.isFile() ? stored(key, targetStats) : { ...stored(key, stats), bytes: 0 };
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
    return isUndecodable(key) ? { key, bytes: 0, etag: "none", lastModified: new Date(0) } : undefined;
  }
}

/** A name that is not UTF-8 comes with this character, and no file has the name that results. */
const isUndecodable = (key: string) => key.includes("\ufffd");

const stored = (key: string, stats: BigIntStats): StoredObject => ({
  key,
  bytes: stats.isFile() ? Number(stats.size) : 0,
  etag: etagOf(stats),
  lastModified: stats.mtime,
});

const etagOf = ({ mtimeNs, size, ino }: BigIntStats) =>
  [mtimeNs, size, ino].map((part) => part.toString(36)).join("-");

// --- Reading ---------------------------------------------------------------------------------

type FoundFile = { outcome: "found"; path: string; bytes: number; etag: string };

/** The file behind a key; pipes and devices are not opened, since that could wait for ever. */
async function findFile(root: string, key: string): Promise<FoundFile | ReadRefusal> {
  return refusingErrors(key, async () => {
    const path = await realpath(pathOf(root, key));
    if (!isWithin(await realpath(root), path)) {
      return { outcome: "access-denied", message: `${shown(key)} is a link that leads out of the folder.` };
    }
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return { outcome: "not-a-file", message: `${shown(key)} is no regular file.` };
    return { outcome: "found", path, bytes: Number(stats.size), etag: etagOf(stats) };
  });
}

async function readRange(path: string, { start, end }: ByteRange): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(Math.max(0, end - start));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const absentCodes = ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"];

/** Faults of one file are outcomes; those of the disk are thrown. */
async function refusingErrors<T>(key: string, act: () => Promise<T>): Promise<T | ReadRefusal> {
  try {
    return await act();
  } catch (error) {
    if (isCode(error, ...absentCodes)) {
      const advice = isUndecodable(key) ? " Its name is not UTF-8: rename it." : "";
      return { outcome: "not-found", message: `There is no file ${shown(key)}.${advice}` };
    }
    if (isCode(error, "EACCES", "EPERM")) {
      return { outcome: "access-denied", message: `The file ${shown(key)} may not be read.` };
    }
    if (isCode(error, "EISDIR")) return { outcome: "not-a-file", message: `${shown(key)} is a folder.` };
    throw error;
  }
}

const changed = (key: string): ReadRefusal => ({
  outcome: "changed",
  message: `${shown(key)} was replaced after it was listed. Run again.`,
});

const tooLarge = (key: string, bytes: number, maxBytes: number): ReadRefusal => ({
  outcome: "too-large",
  message: `${shown(key)} has ${bytes} bytes, the limit is ${maxBytes} (input max-document-mib).`,
});

// --- Writing ---------------------------------------------------------------------------------

const unwritableCodes = [
  "ENOENT",
  "ELOOP",
  "ENAMETOOLONG",
  "EISDIR",
  "ENOTDIR",
  "EEXIST",
  "ENOTEMPTY",
  "EINVAL",
  "ERR_INVALID_ARG_VALUE",
];

async function write(root: string, key: string, content: Content, ifAbsent: boolean): Promise<WriteResult> {
  const names = key.split("/").map(nameOfSegment);
  const name = names.pop() ?? "";
  const temporaryPath = join(root, temporaryPrefix, randomUUID());
  try {
    await mkdir(root, { recursive: true });
    const folder = await makeFolders(root, names);
    await makeFolders(root, temporaryPrefix.split("/").filter(Boolean));
    await writeContent(temporaryPath, content);
    const { mtimeNs, size, ino } = await lstat(temporaryPath, { bigint: true });
    // Both are atomic. A link fails when the name is taken, a rename replaces.
    await (ifAbsent ? link : rename)(temporaryPath, join(folder, name));
    return { outcome: "written", etag: etagOf({ mtimeNs, size, ino } as BigIntStats) };
  } catch (error) {
    if (ifAbsent && isCode(error, "EEXIST")) return { outcome: "exists" };
    if (error instanceof LinkOut || isCode(error, ...unwritableCodes)) {
      return { outcome: "unwritable-name", message: `${shown(key)} cannot be written: ${error.message}` };
    }
    throw new StoreError("broken", `Writing to ${root} failed: ${messageOf(error)}`, { cause: error });
  } finally {
    await rm(temporaryPath, { force: true }).catch(() => {});
  }
}

/** A folder on the way is a link to somewhere outside the root. */
class LinkOut extends Error {}

/** One by one, so that none is made behind a link. */
async function makeFolders(root: string, names: string[]): Promise<string> {
  const realRoot = await realpath(root);
  let folder = root;
  for (const name of names) {
    folder = join(folder, name);
    await mkdir(folder).catch((error) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
    if (!isWithin(realRoot, await realpath(folder))) {
      throw new LinkOut(`${JSON.stringify(name)} is a link that leads out of the folder`);
    }
  }
  return folder;
}

async function writeContent(path: string, content: Content): Promise<void> {
  if (typeof content === "string" || content instanceof Uint8Array) await writeFile(path, content);
  else await pipeline(Readable.from(content), createWriteStream(path));
}

// --- Names and errors --------------------------------------------------------------------------

const pathOf = (root: string, key: string) => join(root, ...key.split("/").map(nameOfSegment));

const isWithin = (root: string, path: string) =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

const shown = (key: string) => JSON.stringify(key);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function isCode(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
