/** Which objects of a source are documents. */

import picomatch from "picomatch";
import { scratchPrefix } from "../../worker/contract.ts";
import type { StoredObject } from "../../worker/store.ts";

/** Globs over the whole key. A document matches one of `include` (all, when there is none) and none of `exclude`. */
export interface Filters {
  include: string[];
  exclude: string[];
}

/** A glob that cannot be understood; the message names it. */
export class InvalidPattern extends Error {
  override readonly name = "InvalidPattern";
}

/** Throws InvalidPattern. */
export function documentFilter(filters: Filters): (object: StoredObject) => boolean {
  const isIncluded = matcherOf(filters.include.length > 0 ? filters.include : ["**"], "include");
  const isExcluded = matcherOf(filters.exclude, "exclude");
  return ({ key, bytes }) =>
    !isTextmillsOwn(key) && !isFolderMarker(key, bytes) && isIncluded(key) && !isExcluded(key);
}

/**
 * At any depth, not at the root only: a source may hold the destination of an earlier run in one of its
 * folders, and its run files are no scans. No other program has a use for a folder of that name.
 */
const isTextmillsOwn = (key: string) => key.startsWith(scratchPrefix) || key.includes(`/${scratchPrefix}`);

/** What S3 consoles and sync tools write where a folder is wanted. */
const isFolderMarker = (key: string, bytes: number) => bytes === 0 && key.endsWith("/");

function matcherOf(patterns: string[], kind: keyof Filters): (key: string) => boolean {
  const matchers = patterns.map((pattern) => compiled(pattern, kind));
  return (key) => matchers.some((matches) => matches(key));
}

const globOptions: picomatch.PicomatchOptions = {
  dot: true,
  // A backslash in a key is a character like any other, on every system.
  windows: false,
  // `.` is to match line breaks too.
  flags: "s",
  // An unbalanced bracket and an impossible range are errors instead of patterns that match nothing.
  strictBrackets: true,
  debug: true,
  // No wildcard of picomatch's matches a path segment `.` or `..`; in a key they are names like any other.
  format: (key) => key.replace(/(?<=^|\/)\.{1,2}(?=\/|$)/g, "dots"),
};

function compiled(pattern: string, kind: keyof Filters): (key: string) => boolean {
  if (/^!(?!\()/.test(pattern)) {
    const advice =
      kind === "include" ? "list it under exclude, without the exclamation mark" : "list it under include";
    throw invalid(pattern, kind, `a pattern cannot begin with "!": ${advice}`);
  }
  // "scans/" would match the folder's marker only, and is meant for what lies in the folder.
  const glob = pattern.endsWith("/") ? `${pattern}**` : pattern;
  try {
    return picomatch(glob, globOptions);
  } catch (error) {
    throw invalid(pattern, kind, error instanceof Error ? error.message : String(error));
  }
}

const maxShownCharacters = 200;

function invalid(pattern: string, kind: keyof Filters, why: string): InvalidPattern {
  const shown = JSON.stringify(pattern.slice(0, maxShownCharacters));
  return new InvalidPattern(`The ${kind} pattern ${shown} is not a valid glob: ${why}`);
}
