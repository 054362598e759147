import { join } from "node:path";

/**
 * Keys are any strings, file names are not: a segment of a key that is empty, `.` or `..` would lead
 * elsewhere. Those three get names of their own, and the few names that look like them are shifted by a
 * `%25`, so that each key has one path and each path one key. Every other name is used as it is.
 */
const escaped = /^%(?:25)*(?:2E(?:%2E)?)?$/;

const names = new Map([
  ["", "%"],
  [".", "%2E"],
  ["..", "%2E%2E"],
]);
const segments = new Map([...names].map(([segment, name]) => [name, segment]));

export function nameOfSegment(segment: string): string {
  const name = names.get(segment);
  if (name !== undefined) return name;
  return escaped.test(segment) ? `%25${segment.slice(1)}` : segment;
}

export function segmentOfName(name: string): string {
  const segment = segments.get(name);
  if (segment !== undefined) return segment;
  return escaped.test(name) ? `%${name.slice(3)}` : name;
}

export const pathOfKey = (root: string, key: string) => join(root, ...key.split("/").map(nameOfSegment));

/** A name that is not UTF-8 comes from the system with this character, and no file has what results. */
export const isUndecodable = (name: string) => name.includes("\ufffd");
