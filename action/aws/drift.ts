/** Where what was found differs from what is wanted. */

export interface Drift {
  what: string;
  wanted: string;
  found: string;
}

/** The rows that differ, in the order given. A wanted value that is `undefined` may be anything. */
export function driftOf(
  rows: readonly { what: string; wanted: Comparable | undefined; found: Comparable | undefined }[],
): Drift[] {
  return rows
    .filter(({ wanted, found }) => wanted !== undefined && asText(wanted) !== asText(found))
    .map(({ what, wanted, found }) => ({ what, wanted: asText(wanted), found: asText(found) }));
}

/** The order of a list does not count. */
type Comparable = string | number | readonly string[];

function asText(value: Comparable | undefined): string {
  if (value === undefined) return "none";
  if (typeof value !== "object") return String(value);
  return value.length === 0 ? "none" : [...value].sort().join(", ");
}

/** Lines of a table with aligned columns. */
export function driftTable(drift: readonly Drift[]): string[] {
  const rows = [{ what: "", wanted: "wanted", found: "found" }, ...drift];
  const width = (column: "what" | "wanted") => Math.max(...rows.map((row) => row[column].length));
  const [whatWidth, wantedWidth] = [width("what"), width("wanted")];
  return rows.map(
    ({ what, wanted, found }) => `  ${what.padEnd(whatWidth)}  ${wanted.padEnd(wantedWidth)}  ${found}`,
  );
}
