import { resolve, sep } from "node:path";
import { listFolder, listTemporaryFiles } from "./folder-listing.ts";
import { downloadFile, readFile } from "./folder-reading.ts";
import { removeFiles } from "./folder-removal.ts";
import { writeFile } from "./folder-writing.ts";
import type { Store } from "./interface.ts";

/**
 * A folder and all below it. Nothing outside is ever read, written or deleted, links included. To list a folder
 * that does not exist is an error, to read from it is not, and the first write makes it.
 */
export function folderStore(path: string): Store {
  const root = resolve(path);
  return {
    location: root.endsWith(sep) ? root : `${root}${sep}`,
    list: (prefix = "") => listFolder(root, prefix),
    read: (key, range) => readFile(root, key, range),
    download: (key, path, expected) => downloadFile(root, key, path, expected),
    write: (key, content, condition) => writeFile(root, key, content, condition?.ifAbsent ?? false),
    remove: (keys) => removeFiles(root, keys),
    unfinishedWrites: () => listTemporaryFiles(root),
  };
}
