/** The run in one sentence: words of ours and numbers only, so that there is nothing to escape. */

import { count, counted } from "./numbers.ts";
import type { Report } from "./report.ts";

/** `Textmill: partial — 196 of 200 documents became text, 4 failed`. */
export function verdictLine(report: Report): string {
  return `Textmill: ${report.outcome} — ${verdictOf(report)}`;
}

export function verdictOf({ outcome, documents, pages, maxFailurePercent }: Report): string {
  if (documents.total === 0) return nothingToDo(documents.alreadyDone);
  const parts = [
    `${count(documents.done)} of ${counted(documents.total, "document")} became text`,
    documents.failed > 0 ? `${count(documents.failed)} failed` : "",
    documents.skipped > 0 ? `${count(documents.skipped)} skipped` : "",
    documents.missing > 0 ? `${count(documents.missing)} ${leftOver[outcome]}` : "",
    pages.failed > 0 ? `${counted(pages.failed, "page")} failed` : "",
  ];
  const allowance = outcome === "failed" ? `; ${allowed(maxFailurePercent)}` : "";
  return `${parts.filter((part) => part !== "").join(", ")}${allowance}`;
}

function nothingToDo(alreadyDone: number): string {
  if (alreadyDone === 0) return "there was no document to read";
  return `nothing to do, ${alreadyDone === 1 ? "the only document was" : `all ${count(alreadyDone)} documents were`} done before`;
}

const withoutResult = "without a result";

/** What documents are called of which nothing is known. */
export const leftOver: Readonly<Record<Report["outcome"], string>> = {
  running: "to go",
  cancelled: "left undone",
  succeeded: withoutResult,
  partial: withoutResult,
  failed: withoutResult,
};

const allowed = (maxFailurePercent: number) =>
  maxFailurePercent === 0
    ? "no document may fail"
    : `at most ${maxFailurePercent}% of the documents may fail`;
