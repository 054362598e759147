/** What a person can do about a run that did not go as wished: sentences in Markdown. */

import type { Reason } from "../../worker/contract.ts";
import type { Report } from "./report.ts";

const adviceByReason: Readonly<Record<Reason, string>> = {
  "unsupported-format": "convert the document to PDF, TIFF, PNG or JPEG, or leave it out with `exclude`",
  empty: "put the document there again, or leave it out with `exclude`",
  encrypted: "remove the password",
  corrupt: "replace the document; a viewer that still opens it can often save it whole",
  "too-large":
    "raise `max-document-mib`, `max-document-pages` or `max-page-megapixels`; the message says which",
  timeout: "raise `page-timeout-seconds`",
  "out-of-memory": "lower `processes`, so that each of them may have more memory",
  crashed:
    "if it happens again, this is a fault of Textmill's: please report it, with the document if you may share it",
  "not-found": "the document was removed or renamed after it was listed; the next run lists anew",
  changed: "the document was replaced after it was listed; the next run reads the new one",
  "access-denied":
    "let the step read the document: the file's permissions, or `s3:GetObject` for its credentials",
  "unwritable-name": "give the document a shorter or simpler name",
};

/** The most important first; empty when there is nothing to do. */
export function howToGoOn(report: Report): string[] {
  const reasons = [...report.failures, ...report.failedPages.byReason].map(({ reason }) => reason);
  return [
    nextStep(report),
    ...[...new Set(reasons)].map((reason) => `\`${reason}\`: ${adviceByReason[reason]}.`),
    report.failedPages.documents > 0 ? aboutFailedPages : "",
  ].filter((advice) => advice !== "");
}

const aboutFailedPages =
  "Documents with failed pages are done, and another run leaves them alone. " +
  "To read them again, run with `force: true`, and with `include` to read only them.";

/** Reads well without Markdown too. */
export function nextStep({ outcome, documents, engine }: Report): string {
  if (outcome === "running") {
    return "The run goes on. To wait for its end, use the command watch with its run-id and the same destination.";
  }
  if (outcome === "cancelled" && engine.kind === "local") {
    return "Start it again in the same way: it goes on where it was stopped.";
  }
  if (documents.failed + documents.missing === 0) return "";
  return "Start it again in the same way, with another run-id if you named one: what is done is left alone, and only the rest is tried again.";
}
