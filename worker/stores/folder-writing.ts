import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ContentFault, piecesOf } from "./content.ts";
import { deniedCodes, etagOf, isCode, isWithin, temporaryPrefix } from "./folder-files.ts";
import { pathOfKey } from "./folder-names.ts";
import { type Content, StoreError, type WriteResult } from "./interface.ts";
import { isUnicode, messageOf, shown } from "./refusals.ts";

export async function writeFile(
  root: string,
  key: string,
  content: Content,
  ifAbsent: boolean,
): Promise<WriteResult> {
  if (!isUnicode(key)) return unwritable(key, "it is no well-formed Unicode");
  try {
    const temporaryPath = join(await makeTemporaryFolder(root), randomUUID());
    try {
      return await writeThrough(temporaryPath, root, key, content, ifAbsent);
    } finally {
      await fs.rm(temporaryPath, { force: true }).catch(() => {});
    }
  } catch (error) {
    if (error instanceof ContentFault) throw error.cause;
    const code = isCode(error, ...deniedCodes, "EROFS") ? "access-denied" : "broken";
    throw new StoreError(code, `Writing to ${root} failed: ${messageOf(error)}`, { cause: error });
  }
}

async function writeThrough(
  temporaryPath: string,
  root: string,
  key: string,
  content: Content,
  ifAbsent: boolean,
): Promise<WriteResult> {
  const path = pathOfKey(root, key);
  const folder = await folderFor(path, root).catch((error) => unwritableOf(error, key));
  if (typeof folder !== "string") return folder;
  await writeContent(temporaryPath, content);
  const etag = etagOf(await fs.lstat(temporaryPath, { bigint: true }));
  try {
    const target = join(folder, basename(path));
    if (ifAbsent && !(await linkIfAbsent(temporaryPath, target))) return { outcome: "exists" };
    if (!ifAbsent) await fs.rename(temporaryPath, target);
    return { outcome: "written", etag };
  } catch (error) {
    return unwritableOf(error, key);
  }
}

/** Atomic, as a rename is, but where a rename would replace, it fails. */
async function linkIfAbsent(temporaryPath: string, path: string): Promise<boolean> {
  try {
    await fs.link(temporaryPath, path);
    return true;
  } catch (error) {
    if (!isCode(error, "EEXIST") || (await fs.lstat(path)).isDirectory()) throw error;
    return false;
  }
}

async function writeContent(path: string, content: Content): Promise<void> {
  const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : piecesOf(content);
  await pipeline(Readable.from(pieces), createWriteStream(path));
}

// --- Folders ---------------------------------------------------------------------------------

async function folderFor(path: string, root: string): Promise<string> {
  // What is too long or no name at all is refused here, before folders are made for it.
  await fs.lstat(path).catch((error) => {
    if (!isCode(error, "ENOENT")) throw error;
  });
  return makeFolders(await fs.realpath(root), dirname(path));
}

async function makeTemporaryFolder(root: string): Promise<string> {
  await fs.mkdir(root, { recursive: true });
  return makeFolders(await fs.realpath(root), join(root, temporaryPrefix));
}

/** A folder on the way is a link to somewhere outside the root. */
class LinkOut extends Error {}

/** The real path of a folder below the root, made where it is missing, but never behind a link that leads out. */
async function makeFolders(realRoot: string, folder: string): Promise<string> {
  const path = await fs.realpath(folder).catch(async (error) => {
    if (!isCode(error, "ENOENT")) throw error;
    const made = join(await makeFolders(realRoot, dirname(folder)), basename(folder));
    await fs.mkdir(made).catch((error) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
    return fs.realpath(made);
  });
  if (isWithin(realRoot, path)) return path;
  throw new LinkOut(`${shown(basename(folder))} is a link that leads out of the folder`);
}

// --- Refusals --------------------------------------------------------------------------------

/** What the system says when it is the name that does not go: the rest of the store can still be written. */
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

function unwritableOf(error: unknown, key: string): WriteResult {
  if (error instanceof LinkOut || isCode(error, ...unwritableCodes)) return unwritable(key, messageOf(error));
  throw error;
}

const unwritable = (key: string, why: string): WriteResult => ({
  outcome: "unwritable-name",
  message: `${shown(key)} cannot be written: ${why}.`,
});
