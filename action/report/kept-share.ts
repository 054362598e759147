import type { Attempt, DocumentResult } from "../../worker/contract.ts";

/**
 * 0 to 1: the share of an attempt's pages whose documents have a result of that attempt; the others were read in
 * vain. Of documents that failed no pages are known, so theirs count as lost, as does an attempt without pages.
 * `results` are all of the attempt's chunk.
 */
export function keptShare({ attempt, pages }: Attempt, results: readonly DocumentResult[]): number {
  if (pages === 0) return 0;
  let kept = 0;
  for (const result of results) {
    if (result.attempt === attempt && result.status === "done") kept += result.pages;
  }
  // A worker counts a page once, but the file is another process's.
  return Math.min(1, kept / pages);
}
