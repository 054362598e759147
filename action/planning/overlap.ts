/** A source and a destination that lie in each other would have a run read what a run wrote. */

import { isAbsolute, relative, resolve, sep } from "node:path";

/**
 * Why this pair is refused, and what to do instead; `undefined` when nothing speaks against it. Links are
 * not followed: give real paths.
 */
export function overlapRefusal(source: string, destination: string): string | undefined {
  const relation = relationOf(source, destination);
  if (relation === undefined) return undefined;
  return (
    `The source ${source} ${relation} the destination ${destination}: outputs could be taken for documents. ` +
    "Choose a destination beside the source (e.g. scans/ and text/) or in another bucket."
  );
}

function relationOf(source: string, destination: string): "is also" | "contains" | "lies inside" | undefined {
  const kinds = [source, destination].filter(isS3).length;
  if (kinds === 1) return undefined;
  const contains = kinds === 2 ? prefixContains : folderContains;
  const outward = contains(source, destination);
  const inward = contains(destination, source);
  if (outward && inward) return "is also";
  if (outward) return "contains";
  return inward ? "lies inside" : undefined;
}

const isS3 = (location: string) => location.startsWith("s3://");

function prefixContains(outer: string, inner: string): boolean {
  return withSlash(inner).startsWith(withSlash(outer));
}

const withSlash = (location: string) => (location.endsWith("/") ? location : `${location}/`);

function folderContains(outer: string, inner: string): boolean {
  const path = relative(resolve(outer), resolve(inner));
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
