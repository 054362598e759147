import type { BigIntStats } from "node:fs";
import { sep } from "node:path";
import { scratchPrefix } from "../contract.ts";

/** What listing, reading and writing of a folder share. */

/** The store's own: files that are being written. Never listed. */
export const temporaryPrefix = `${scratchPrefix}tmp/`;

/** A file that is replaced has another number, one that is rewritten another time. */
export const etagOf = ({ mtimeNs, size, ino }: Pick<BigIntStats, "mtimeNs" | "size" | "ino">) =>
  [mtimeNs, size, ino].map((part) => part.toString(36)).join("-");

/** Both have to be real paths: a link would make the comparison of names meaningless. */
export const isWithin = (root: string, path: string) =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** What the system says of a path that leads to nothing; the last one is a name with a NUL. */
export const absentCodes = ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"];

export const deniedCodes = ["EACCES", "EPERM"];

export function isCode(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
