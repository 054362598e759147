/** A run as GitHub shows it beside a commit or below an issue. */
import type { CheckState } from "../github.ts";
import { endedDocuments, type Progress, progressLine, type Start } from "../progress.ts";
import { markdownCode, shortened, visible } from "./escape.ts";
import { joined, table } from "./markdown.ts";
import type { Report } from "./report.ts";
import { renderSummary } from "./summary.ts";
import { verdictOf } from "./verdict.ts";

interface ShownRun {
  runId: string;
  source: string;
  destination: string;
}

/** By it the next leg finds the check; two runs over one commit have two. */
export const checkName = (runId: string) => `Textmill ${visible(shortened(runId, 100))}`;

/** `start` is the first progress that was seen: rates are about what came after. */
export function checkOfProgress(
  run: ShownRun,
  progress: Progress,
  start: Start,
): Omit<CheckState, "detailsUrl"> {
  const rows = [
    ["Run", markdownCode(run.runId)],
    ["From", markdownCode(run.source, maxLocationCharacters)],
    ["To", markdownCode(run.destination, maxLocationCharacters)],
  ];
  return { title: progressLine(progress, start), summary: table(["", ""], rows), conclusion: undefined };
}

/** Changes with what is worth to be shown; times and rates change by themselves. */
export const versionOf = (progress: Progress) =>
  `${endedDocuments(progress)} ${progress.documents.failed} ${progress.pages}`;

export const checkOfReport = (report: Report): Omit<CheckState, "detailsUrl"> => ({
  title: `${report.outcome}: ${verdictOf(report)}`,
  summary: renderSummary(report, maxBytes),
  conclusion: conclusions[report.outcome],
});

/** Of a run that no worker could work on. */
export const checkOfRefusal = (message: string): Omit<CheckState, "detailsUrl"> => ({
  title: "refused: no worker could work on the run",
  summary: markdownCode(message, 4000),
  conclusion: "failure",
});

const conclusions: Readonly<Record<Report["outcome"], CheckState["conclusion"]>> = {
  succeeded: "success",
  partial: "neutral",
  failed: "failure",
  cancelled: "cancelled",
  running: undefined,
};

/** GitHub takes 65,535 characters for a check and for a comment; no character is less than a byte. */
const maxBytes = 60_000;
const maxLocationCharacters = 1200;

/** Nobody sees it. The folder of a run is no other run's. */
export const commentMarker = ({ runId, destination }: Omit<ShownRun, "source">) =>
  `<!-- textmill ${encodeURIComponent(destination)} ${encodeURIComponent(runId)} -->`;

export const commentOfReport = (report: Report, detailsUrl: string) =>
  joined([commentMarker(report), renderSummary(report, maxBytes).trimEnd(), `[Workflow run](${detailsUrl})`]);
