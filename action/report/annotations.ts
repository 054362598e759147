/** What a workflow run shows beside its log: the failures that a person should look at first. */

import { logText, shortened } from "./escape.ts";
import { count, counted } from "./numbers.ts";
import type { ReasonReport, Report } from "./report.ts";

export interface Annotation {
  title: string;
  message: string;
  level: "error" | "warning";
}

/** GitHub shows no more than ten of a level of one step, and drops the others without a word. */
export const maxAnnotations = 10;

const maxKeyCharacters = 200;
const maxMessageCharacters = 1000;

export function annotationsOf(report: Report): Annotation[] {
  const level = report.outcome === "failed" ? "error" : "warning";
  const lost = missing(report);
  const troubles = [...lost, ...failures(report.failures), ...failedPages(report)];
  const total = lost.length + report.documents.failed + report.failedPages.documents;
  const shown = total <= maxAnnotations ? troubles : troubles.slice(0, maxAnnotations - 1);
  const rest = total - shown.length;
  return [...shown, ...(rest > 0 ? [restOf(rest, report)] : [])].map(({ title, message }) => ({
    title: logText(title),
    message: logText(message, maxMessageCharacters),
    level,
  }));
}

type Trouble = Omit<Annotation, "level">;

/** One for all of them: nobody knows more about each. */
function missing({ outcome, documents }: Report): Trouble[] {
  if (documents.missing === 0 || outcome === "running" || outcome === "cancelled") return [];
  const message = `${counted(documents.missing, "document")} without a result: the workers ended before. Start the run again.`;
  return [{ title: "No result", message }];
}

/** Every reason has its turn before any has its second. */
function failures(reasons: readonly ReasonReport[]): Trouble[] {
  const turns = Math.max(0, ...reasons.map(({ samples }) => samples.length));
  return Array.from({ length: turns }, (_, turn) =>
    reasons.flatMap(({ reason, samples }) =>
      samples.slice(turn, turn + 1).map(({ key, message }) => ({
        title: `Document failed: ${reason}`,
        message: `${shortened(key, maxKeyCharacters)}: ${message}`,
      })),
    ),
  ).flat();
}

function failedPages({ failedPages: { samples } }: Report): Trouble[] {
  return samples.map(({ key, pages, pagesFailed, failed }) => ({
    title: `Pages failed: ${[...new Set(failed.map(({ reason }) => reason))].join(", ")}`,
    message: `${shortened(key, maxKeyCharacters)}: ${count(pagesFailed)} of ${counted(pages, "page")} failed`,
  }));
}

function restOf(rest: number, { files }: Report): Trouble {
  return {
    title: `${count(rest)} more`,
    message: `${counted(rest, "more document")} with failures. All of them are in ${files.results}`,
  };
}
