/** The report for a person: in Markdown for the run's page on GitHub, in plain lines for a log or terminal. */
import { markdownCode } from "./escape.ts";
import { count, counted, duration, percent, rate } from "./numbers.ts";
import type { ReasonReport, Report } from "./report.ts";
import type { FailedPagesSample, Sample } from "./tally.ts";

/** GitHub drops a summary of more than 1 MiB whole; several steps share nothing, so a margin is enough. */
const maxSummaryBytes = 1024 * 1024 - 4096;

/** With as many samples as fit. */
export function renderSummary(report: Report): string {
  for (const samples of [20, 10, 5, 1]) {
    const summary = render(report, samples);
    if (Buffer.byteLength(summary) <= maxSummaryBytes) return summary;
  }
  return render(report, 0);
}

function render(report: Report, maxSamples: number): string {
  const parts = [
    `**Textmill: ${report.outcome}** — ${verdict(report)}`,
    numbersTable(report),
    reasonSection("Failed", report.failures, maxSamples),
    failedPagesSection(report, maxSamples),
    reasonSection("Skipped: no documents", report.skipped, maxSamples),
    advice(report),
    `Run ${markdownCode(report.runId)}. All results: ${markdownCode(report.files.results, 400)}. ` +
      `The numbers: ${markdownCode(report.files.report, 400)}.`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function verdict({ outcome, documents }: Report): string {
  if (documents.total === 0) {
    return documents.alreadyDone > 0
      ? `nothing to do, ${counted(documents.alreadyDone, "document")} had been done already`
      : "there was no document to do";
  }
  const parts = [`${count(documents.done)} of ${counted(documents.total, "document")} became text`];
  if (documents.failed > 0) parts.push(`${count(documents.failed)} failed`);
  if (documents.skipped > 0) parts.push(`${count(documents.skipped)} skipped`);
  if (documents.missing > 0)
    parts.push(`${count(documents.missing)} ${outcome === "running" ? "to go" : "without a result"}`);
  return parts.join(", ");
}

function numberRows(report: Report): [name: string, value: string][] {
  const { documents, pages, meanConfidence, cpuSecondsPerPage } = report;
  const failures = documents.failed + documents.missing;
  const confidence = meanConfidence === null ? "" : `, mean confidence ${meanConfidence}`;
  return [
    [
      "documents",
      `${count(documents.done)} done, ${count(documents.failed)} failed, ${count(documents.skipped)} skipped`,
    ],
    ["done before", count(documents.alreadyDone)],
    [
      "pages",
      `${count(pages.total)} (${count(pages.recognised)} recognised${confidence}), ${count(pages.failed)} failed`,
    ],
    [
      "failures",
      `${percent(failures, documents.total)} of the documents, ${report.maxFailurePercent}% are allowed`,
    ],
    ["time", `${duration(report.seconds)}, ${rate(report.pagesPerSecond ?? 0)} pages/s`],
    [
      "CPU time",
      `${duration(report.cpuSeconds)}${cpuSecondsPerPage === null ? "" : `, ${rate(cpuSecondsPerPage)} s a page`}`,
    ],
    ["CPU time forecast", `${duration(report.forecast.cpuSeconds)} (built-in rates)`],
  ];
}

function numbersTable(report: Report): string {
  return ["| | |", "|---|---|", ...numberRows(report).map(([name, value]) => `| ${name} | ${value} |`)].join(
    "\n",
  );
}

function reasonSection(title: string, all: ReasonReport[], maxSamples: number): string {
  if (all.length === 0) return "";
  return [`### ${title}`, ...all.map((each) => reasonDetails(each, maxSamples))].join("\n\n");
}

function reasonDetails({ reason, meaning, documents, samples }: ReasonReport, maxSamples: number): string {
  const shown = samples.slice(0, maxSamples);
  return details(
    `${reason}: ${counted(documents, "document")} — ${meaning}`,
    shown.map(sampleLine),
    documents - shown.length,
  );
}

const sampleLine = ({ key, message }: Sample) => `- ${markdownCode(key)}: ${markdownCode(message, 300)}`;

function failedPagesSection({ failedPages, pages }: Report, maxSamples: number): string {
  if (failedPages.documents === 0) return "";
  const shown = failedPages.samples.slice(0, maxSamples);
  const title = `${counted(pages.failed, "page")} of ${counted(failedPages.documents, "document")}`;
  return [
    "### Pages that failed",
    details(title, shown.map(failedPagesLine), failedPages.documents - shown.length),
  ].join("\n\n");
}

function failedPagesLine({ key, pages, pagesFailed, failed }: FailedPagesSample): string {
  const named = failed.map(({ page, reason }) => `page ${page} ${reason}`).join(", ");
  return `- ${markdownCode(key)}: ${count(pagesFailed)} of ${counted(pages, "page")} (${named}${pagesFailed > failed.length ? ", …" : ""})`;
}

function details(title: string, lines: string[], more: number): string {
  const rest = more > 0 ? [`- and ${count(more)} more in the list of all results`] : [];
  return [`<details><summary>${title}</summary>`, "", ...lines, ...rest, "", "</details>"].join("\n");
}

function advice({ outcome, documents, pages }: Report): string {
  if (outcome === "running") return "The run goes on. Watch it again for its end.";
  if (outcome === "cancelled")
    return "The run was stopped. Start the same again: it does only what is missing.";
  if (documents.failed + documents.missing > 0) {
    return "To try again what failed or is missing, start the same again: nothing that is done is repeated.";
  }
  return pages.failed > 0 ? "A document with failed pages counts as done. `force` does it again." : "";
}

/** For a log or a terminal: no line holds anything that came out of a document or its name. */
export function renderPlainSummary(report: Report): string[] {
  const next = advice(report).replaceAll("`", "");
  return [
    `Textmill: ${report.outcome} - ${verdict(report)}`,
    ...numberRows(report).map(([name, value]) => `  ${name}: ${value}`),
    ...(next === "" ? [] : [next]),
    `run ${report.runId}`,
    `report: ${report.files.report}`,
    `results: ${report.files.results}`,
  ];
}
