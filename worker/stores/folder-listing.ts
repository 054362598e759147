import type { BigIntStats, Dirent } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { absentCodes, etagOf, isCode, isWithin, temporaryPrefix } from "./folder-files.ts";
import { isUndecodable, nameOfSegment, segmentOfName } from "./folder-names.ts";
import { compareKeys, type StoredObject, StoreError } from "./interface.ts";

interface Walk {
  realRoot: string;
  prefix: string;
}

interface Entry {
  name: string;
  /** Of a key. A folder's ends in a slash, as in the keys below it: that decides the order. */
  segment: string;
}

export async function* listFolder(root: string, prefix: string): AsyncGenerator<StoredObject> {
  const realRoot = await realRootOf(root);
  const keyOfFolder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (keyOfFolder.startsWith(temporaryPrefix)) return;
  const folder = await folderToBeginWith(realRoot, keyOfFolder);
  if (folder !== undefined) yield* walk({ realRoot, prefix }, folder, keyOfFolder);
}

export async function* listTemporaryFiles(root: string): AsyncGenerator<StoredObject> {
  const realRoot = await realRootOf(root);
  const folder = await folderToBeginWith(realRoot, temporaryPrefix);
  if (folder !== undefined) yield* walk({ realRoot, prefix: temporaryPrefix }, folder, temporaryPrefix);
}

async function realRootOf(root: string): Promise<string> {
  const path = await realpath(root).catch((cause) => {
    if (!isCode(cause, ...absentCodes)) throw unlistable(root, cause);
    throw new StoreError("missing", `There is no folder ${root}. Check the path.`, { cause });
  });
  if (!(await stat(path)).isDirectory()) {
    throw new StoreError("missing", `${root} is a file. Give the folder it is in.`);
  }
  return path;
}

/** The deepest folder that all keys of the prefix are in: it may be one of thousands. `undefined` when there is none. */
async function folderToBeginWith(realRoot: string, key: string): Promise<string | undefined> {
  const folder = join(realRoot, ...key.split("/").slice(0, -1).map(nameOfSegment));
  try {
    // What is behind a link is not listed, here as below.
    const isFolder = (await realpath(folder)) === folder && (await stat(folder)).isDirectory();
    return isFolder ? folder : undefined;
  } catch (error) {
    if (isCode(error, ...absentCodes)) return undefined;
    throw unlistable(folder, error);
  }
}

/** Depth first. Only the names in the folders on the way down are held. */
async function* walk(within: Walk, folder: string, keyOfFolder: string): AsyncGenerator<StoredObject> {
  let files: Entry[] = [];
  for (const entry of await entriesOf(within, folder, keyOfFolder)) {
    const isFolder = entry.segment.endsWith("/");
    if (!isFolder) files.push(entry);
    if (!isFolder && files.length < filesLookedUpAtOnce) continue;
    yield* lookUp(within, folder, keyOfFolder, files);
    files = [];
    if (isFolder) yield* walk(within, join(folder, entry.name), keyOfFolder + entry.segment);
  }
  yield* lookUp(within, folder, keyOfFolder, files);
}

const filesLookedUpAtOnce = 64;

async function entriesOf({ prefix }: Walk, folder: string, keyOfFolder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const found of await readFolder(folder)) {
    const { name } = found;
    const isFolder = found.isDirectory() && (!isUndecodable(name) || (await exists(join(folder, name))));
    const segment = isFolder ? `${segmentOfName(name)}/` : segmentOfName(name);
    const key = keyOfFolder + segment;
    if (key.startsWith(prefix) && key !== temporaryPrefix) entries.push({ name, segment });
  }
  return entries.sort((a, b) => compareKeys(a.segment, b.segment));
}

/** A folder that has gone meanwhile is empty; one that cannot be read may not pass for it. */
async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return [];
    throw unlistable(folder, error);
  }
}

const unlistable = (folder: string, cause: unknown) =>
  new StoreError("access-denied", `The folder ${folder} cannot be listed, so documents would be missed.`, {
    cause,
  });

/** A folder whose name is not UTF-8 does not, and is listed like a file: its documents must not be missed in silence. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function* lookUp(
  within: Walk,
  folder: string,
  keyOfFolder: string,
  files: Entry[],
): AsyncGenerator<StoredObject> {
  const objects = await Promise.all(
    files.map(({ name, segment }) => objectOf(within, keyOfFolder + segment, join(folder, name))),
  );
  for (const object of objects) if (object !== undefined) yield object;
}

/** `undefined` when the file has gone meanwhile. What cannot be read is listed all the same: it needs a result. */
async function objectOf({ realRoot }: Walk, key: string, path: string): Promise<StoredObject | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    const target = stats.isSymbolicLink() ? await targetOf(realRoot, path) : undefined;
    return stored(key, target ?? stats);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw unlistable(path, error);
    return isUndecodable(key) ? { key, bytes: 0, etag: "none", lastModified: new Date(0) } : undefined;
  }
}

/** The file behind a link, unless it is outside of the root or there is none. */
async function targetOf(realRoot: string, path: string): Promise<BigIntStats | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined || !isWithin(realRoot, target)) return undefined;
  const stats = await stat(target, { bigint: true });
  return stats.isFile() ? stats : undefined;
}

const stored = (key: string, stats: BigIntStats): StoredObject => ({
  key,
  bytes: stats.isFile() ? Number(stats.size) : 0,
  etag: etagOf(stats),
  lastModified: stats.mtime,
});
