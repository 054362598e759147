import { lstat, realpath, rmdir, unlink } from "node:fs/promises";
import { dirname, relative, sep } from "node:path";
import { absentCodes, deniedCodes, isCode } from "./folder-files.ts";
import { pathOfKey } from "./folder-names.ts";
import { StoreError } from "./interface.ts";
import { isUnicode, messageOf, refuseForeignKeys, shown } from "./refusals.ts";

/** And the folders that are empty then. Of a link it is the link that goes, never what it leads to. */
export async function removeFiles(root: string, keys: readonly string[]): Promise<void> {
  refuseForeignKeys(keys);
  const emptied = new Set<string>();
  for (const key of keys) {
    try {
      const folder = await removeFile(root, key);
      if (folder !== undefined) emptied.add(folder);
    } catch (cause) {
      const code = isCode(cause, ...deniedCodes, "EROFS") ? "access-denied" : "broken";
      throw new StoreError(code, `${shown(key)} in ${root} cannot be deleted: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
  for (const folder of emptied) await removeEmptyFolders(await realpath(root), folder);
}

/** The folder that the file was in; `undefined` when there is no such file. */
async function removeFile(root: string, key: string): Promise<string | undefined> {
  if (!isUnicode(key)) return undefined;
  try {
    const path = pathOfKey(await realpath(root), key);
    const folder = dirname(path);
    // What is behind a link is not listed, and not deleted either.
    if ((await realpath(folder)) !== folder || (await lstat(path)).isDirectory()) return undefined;
    await unlink(path);
    return folder;
  } catch (error) {
    if (isCode(error, ...absentCodes)) return undefined;
    throw error;
  }
}

/** `.textmill/runs` and its like stay: at any time somebody may be about to make a folder in them. */
const foldersThatStay = 2;

async function removeEmptyFolders(realRoot: string, folder: string): Promise<void> {
  if (relative(realRoot, folder).split(sep).length <= foldersThatStay) return;
  try {
    await rmdir(folder);
  } catch (error) {
    // An empty folder is no object: one that may not be deleted does no harm.
    if (isCode(error, "ENOTEMPTY", "EEXIST", "ENOENT", ...deniedCodes)) return;
    throw new StoreError("broken", `The empty folder ${folder} cannot be deleted: ${messageOf(error)}`, {
      cause: error,
    });
  }
  await removeEmptyFolders(realRoot, dirname(folder));
}
