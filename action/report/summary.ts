/** The report for people: Markdown for the job summary, plain lines for a log or a terminal. */

import { howToGoOn, nextStep } from "./advice.ts";
import { costFacts, whereTheMoneyWent } from "./cost-summary.ts";
import { logText, markdownCode } from "./escape.ts";
import { details, joined, table } from "./markdown.ts";
import { count, counted, duration, percent, rate } from "./numbers.ts";
import type { ReasonReport, Report } from "./report.ts";
import { type FailedPagesSample, maxSamples } from "./tally.ts";
import { leftOver, verdictLine, verdictOf } from "./verdict.ts";

/** Enough for the longest key of S3 behind the longest name of a bucket. */
const maxLocationCharacters = 1200;

// --- Facts, in words of ours and numbers only ------------------------------------------------------

type Fact = [name: string, value: string];

function facts(report: Report): Fact[] {
  const { documents, attempts } = report;
  if (documents.total === 0) return [];
  return [
    ["Documents", documentCounts(report)],
    ["Pages", pageCounts(report)],
    ["Text", textFacts(report)],
    ["Time", timeFacts(report)],
    ["CPU time", cpuFacts(report)],
    ...costFacts(report),
    ...(attempts.total > 0 ? [["Attempts", attemptCounts(report)] satisfies Fact] : []),
  ];
}

/** `200: 196 done, 4 failed`. */
function sum(total: number, parts: [number: number, name: string][]): string {
  const shown = parts.filter(([number]) => number > 0).map(([number, name]) => `${count(number)} ${name}`);
  return shown.length === 0 ? count(total) : `${count(total)}: ${shown.join(", ")}`;
}

function documentCounts({ documents, outcome }: Report): string {
  const { total, done, failed, skipped, missing, alreadyDone } = documents;
  const counts = sum(total, [
    [done, "done"],
    [failed, `failed (${percent(failed, total)})`],
    [skipped, "skipped"],
    [missing, leftOver[outcome]],
  ]);
  return alreadyDone === 0 ? counts : `${counts}; ${count(alreadyDone)} more were done before`;
}

function pageCounts({ pages: { total, recognised, earlierOcr, failed } }: Report): string {
  return sum(total, [
    [recognised, "recognised"],
    [total - recognised - earlierOcr - failed, "had text already"],
    [earlierOcr, "kept the text of an earlier OCR (pdf-pages: force recognises them anew)"],
    [failed, `failed (${percent(failed, total)})`],
  ]);
}

function textFacts({ characters, meanConfidence }: Report): string {
  const confidence = meanConfidence === null ? "" : `, mean confidence ${Math.round(meanConfidence)} of 100`;
  return `${counted(characters, "character")}${confidence}`;
}

function timeFacts({ seconds, pagesPerSecond }: Report): string {
  return `${duration(seconds)}${pagesPerSecond === null ? "" : `, ${rate(pagesPerSecond)} pages/s`}`;
}

function cpuFacts({ cpuSeconds, cpuSecondsPerPage, forecast }: Report): string {
  const perPage = cpuSecondsPerPage === null ? "" : `, ${rate(cpuSecondsPerPage)} s a page`;
  return `${duration(cpuSeconds)}${perPage}; forecast for all documents: ${duration(forecast.cpuSeconds)}`;
}

function attemptCounts({ attempts, outcome }: Report): string {
  const { total, finished, interrupted, killed, open } = attempts;
  const runs = outcome === "running";
  return sum(total, [
    [finished, "finished"],
    [interrupted, "interrupted"],
    // An attempt that never said how it ended was killed, once nothing runs any more.
    [runs ? killed : killed + open, "killed"],
    [runs ? open : 0, "at work"],
  ]);
}

// --- Plain text ------------------------------------------------------------------------------------

/** The verdict, the counts, the rates, where the report is and what to do next. */
export function renderPlainSummary(report: Report): string[] {
  const reasons = (list: ReasonReport[]) =>
    list.map(({ reason, documents }) => `${count(documents)} ${reason}`).join(", ");
  const lines: Fact[] = [
    ...facts(report),
    ["Failed", reasons(report.failures)],
    ["Skipped", reasons(report.skipped)],
    ["Run", report.runId],
    ["Report", report.files.summary],
    ["Results", report.files.results],
    ["Next", nextStep(report)],
  ];
  const shown = lines.filter(([, value]) => value !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  return [
    verdictLine(report),
    ...shown.map(([name, value]) => `  ${name.padEnd(width)}  ${logText(value, maxLocationCharacters)}`),
  ];
}

// --- Markdown --------------------------------------------------------------------------------------

/** GitHub drops a summary of more than 1 MiB whole. */
export const maxSummaryBytes = 1_000_000;

/** Of each reason. Fewer are shown where more would be too long. */
const sampleLimits = [maxSamples, 10, 5, 2, 1, 0];

export function renderSummary(report: Report, maxBytes = maxSummaryBytes): string {
  for (const samples of sampleLimits) {
    const summary = paragraphs(report, samples);
    if (Buffer.byteLength(summary) <= maxBytes) return summary;
  }
  return joined([
    markdownVerdict(report),
    "The rest of this summary was too long for GitHub.",
    files(report),
  ]);
}

function paragraphs(report: Report, samples: number): string {
  return joined([
    markdownVerdict(report),
    factTable(report),
    report.cost === null ? "" : whereTheMoneyWent(report.cost),
    ...failedDocuments(report, samples),
    ...failedPages(report, samples),
    ...skippedFiles(report, samples),
    ...goingOn(report),
    files(report),
  ]);
}

const markdownVerdict = (report: Report) => `**Textmill: ${report.outcome}** — ${verdictOf(report)}`;

function factTable(report: Report): string {
  const { source, destination, settings, runId } = report;
  const rows: Fact[] = [
    ...facts(report),
    ["Languages", markdownCode(settings.languages.join("+"))],
    ["From", markdownCode(source, maxLocationCharacters)],
    ["To", markdownCode(destination, maxLocationCharacters)],
    ["Run", markdownCode(runId)],
  ];
  return table(["", ""], rows);
}

function failedDocuments({ failures, documents }: Report, samples: number): string[] {
  if (failures.length === 0) return [];
  return [
    `### ${counted(documents.failed, "document")} failed`,
    ...failures.map((failure) => reasonDetails(failure, "document", samples)),
  ];
}

function skippedFiles({ skipped, documents }: Report, samples: number): string[] {
  if (skipped.length === 0) return [];
  return [
    `### ${counted(documents.skipped, "file")} skipped`,
    "Neither their bytes nor their names are those of documents, so they do not count as failures.",
    ...skipped.map((skip) => reasonDetails(skip, "file", samples)),
  ];
}

function reasonDetails(
  { reason, meaning, documents, samples }: ReasonReport,
  noun: string,
  limit: number,
): string {
  const shown = samples.slice(0, limit);
  const rows = shown.map(({ key, message }) => [markdownCode(key), markdownCode(message, 300)]);
  return details(`${counted(documents, noun)}: ${markdownCode(reason)}, ${meaning}`, [
    rows.length === 0 ? "" : table([noun === "file" ? "File" : "Document", "Message"], rows),
    more(shown.length, documents, noun),
  ]);
}

function failedPages(
  { failedPages: { documents, byReason, samples }, pages }: Report,
  limit: number,
): string[] {
  if (documents === 0) return [];
  const shown = samples.slice(0, limit);
  const rows = shown.map((sample) => [
    markdownCode(sample.key),
    `${count(sample.pagesFailed)} of ${count(sample.pages)}`,
    pageList(sample),
  ]);
  const reasons = byReason.map(({ reason, pages }) => `${count(pages)} ${markdownCode(reason)}`).join(", ");
  return [
    `### ${counted(pages.failed, "page")} failed in ${counted(documents, "document")} that ${documents === 1 ? "is" : "are"} done`,
    details(`The text of these pages is missing: ${reasons}`, [
      rows.length === 0 ? "" : table(["Document", "Pages failed", "Which"], rows),
      more(shown.length, documents, "document"),
    ]),
  ];
}

function pageList({ failed, pagesFailed }: FailedPagesSample): string {
  // Most often all of them failed in the same way.
  const ways = new Map<string, string[]>();
  for (const { page, reason, message } of failed) {
    const way = `${reason}: ${message}`;
    ways.set(way, [...(ways.get(way) ?? []), count(page)]);
  }
  const pages = [...ways].map(([way, numbers]) => {
    return `${numbers.length === 1 ? "page" : "pages"} ${numbers.join(", ")}: ${markdownCode(way, 200)}`;
  });
  const rest = pagesFailed - failed.length;
  return [...pages, ...(rest > 0 ? [`and ${count(rest)} more`] : [])].join("<br>");
}

/** Nothing is left out without a word. */
function more(shown: number, all: number, noun: string): string {
  if (shown >= all) return "";
  const which =
    shown === 0
      ? `The ${noun}s are not shown here`
      : `${count(shown)} of ${counted(all, noun)} are shown here`;
  return `${which}; all of them are in \`results.jsonl\`.`;
}

function goingOn(report: Report): string[] {
  const advice = howToGoOn(report);
  return advice.length === 0 ? [] : ["### How to go on", advice.map((line) => `- ${line}`).join("\n")];
}

function files({ files: { report, results } }: Report): string {
  const place = (location: string) => markdownCode(location, maxLocationCharacters);
  return `What became of each document: ${place(results)}<br>These numbers for a program: ${place(report)}`;
}
