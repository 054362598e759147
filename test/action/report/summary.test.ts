import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Report } from "../../../action/report/report.ts";
import { maxSummaryBytes, renderPlainSummary, renderSummary } from "../../../action/report/summary.ts";
import { maxSamplePages, maxSamples } from "../../../action/report/tally.ts";
import { verdictLine } from "../../../action/report/verdict.ts";
import { type Reason, reasons } from "../../../worker/contract.ts";
import {
  doneResult,
  failedResult,
  hostileText,
  type MadeUpReport,
  madeUpAttempt,
  madeUpReport,
  skippedResult,
  times,
} from "./made-up.ts";

const done = (count: number) => times(count, () => doneResult());
const failed = (count: number) => times(count, (index) => failedResult({ key: `${index}.pdf` }));
const pageFailures = (count: number) =>
  times(count, (index) => ({ page: index + 1, reason: "timeout", message: "too slow" }) as const);
const totals = (documents: number, alreadyDone = 0) => ({ totals: { documents, bytes: 1, alreadyDone } });

describe("the verdict", () => {
  test.each<{ made: MadeUpReport; expected: string }>([
    { made: { results: done(1) }, expected: "succeeded — 1 of 1 document became text" },
    { made: { results: done(1200) }, expected: "succeeded — 1,200 of 1,200 documents became text" },
    {
      made: { results: [...done(196), ...failed(4)] },
      expected: "partial — 196 of 200 documents became text, 4 failed",
    },
    {
      made: { results: [...done(2), ...failed(2), skippedResult()] },
      expected:
        "failed — 2 of 5 documents became text, 2 failed, 1 skipped; at most 5% of the documents may fail",
    },
    {
      made: { results: failed(1), run: { ...totals(1), maxFailurePercent: 0 } },
      expected: "failed — 0 of 1 document became text, 1 failed; no document may fail",
    },
    {
      made: { results: [doneResult({ pagesFailed: pageFailures(2) })] },
      expected: "partial — 1 of 1 document became text, 2 pages failed",
    },
    {
      made: { results: done(99), run: totals(100) },
      expected: "partial — 99 of 100 documents became text, 1 without a result",
    },
    {
      made: { results: done(40), run: totals(100), state: { ended: false } },
      expected: "running — 40 of 100 documents became text, 60 to go",
    },
    {
      made: { results: done(40), run: totals(100), state: { cancelled: true } },
      expected: "cancelled — 40 of 100 documents became text, 60 left undone",
    },
    { made: { results: [] }, expected: "succeeded — there was no document to read" },
    {
      made: { results: [], run: totals(0, 1) },
      expected: "succeeded — nothing to do, the only document was done before",
    },
    {
      made: { results: [], run: totals(0, 3000) },
      expected: "succeeded — nothing to do, all 3,000 documents were done before",
    },
  ])("is: $expected", ({ made, expected }) => {
    const report = madeUpReport(made);
    const [outcome = "", ...words] = expected.split(" — ");
    expect(verdictLine(report)).toBe(`Textmill: ${expected}`);
    expect(renderSummary(report).split("\n")[0]).toBe(`**Textmill: ${outcome}** — ${words.join(" — ")}`);
    expect(renderPlainSummary(report)[0]).toBe(`Textmill: ${expected}`);
  });
});

describe("the plain summary", () => {
  test("has the counts, the rates, where the report is and what to do next", () => {
    const results = [
      ...done(97),
      ...failed(2),
      failedResult({ reason: "encrypted" }),
      doneResult({ pages: 9, pagesRecognised: 7, pagesFailed: pageFailures(1) }),
    ];
    const chunks = [[madeUpAttempt({ ended: null }), madeUpAttempt()]];
    expect(renderPlainSummary(madeUpReport({ results, chunks, run: totals(101, 7) }))).toEqual([
      "Textmill: partial — 98 of 101 documents became text, 3 failed, 1 page failed",
      "  Documents  101: 98 done, 3 failed (3%); 7 more were done before",
      "  Pages      300: 201 recognised, 98 had text already, 1 failed (0.33%)",
      "  Text       49,000 characters, mean confidence 90 of 100",
      "  Time       2 min, 3 pages/s",
      "  CPU time   7 min, 1.3 s a page; forecast for all documents: 4 min",
      "  Attempts   2: 1 finished, 1 killed",
      "  Failed     2 corrupt, 1 encrypted",
      "  Run        4711-ab12cd34",
      "  Report     s3://texts/.textmill/runs/4711-ab12cd34/report.md",
      "  Results    s3://texts/.textmill/runs/4711-ab12cd34/results.jsonl",
      "  Next       Start it again in the same way, with another run-id if you named one: what is done is left alone, and only the rest is tried again.",
    ]);
  });

  test("is short when there was nothing to do", () => {
    expect(renderPlainSummary(madeUpReport({ results: [], chunks: [] }))).toEqual([
      "Textmill: succeeded — there was no document to read",
      expect.stringMatching(/^ {2}Run /),
      expect.stringMatching(/^ {2}Report /),
      expect.stringMatching(/^ {2}Results /),
    ]);
  });

  test("has no line of a stranger's", () => {
    const report = madeUpReport({ results: done(1), run: { destination: `/${hostileText}\n::error::x` } });
    for (const line of renderPlainSummary(report)) expect(line).not.toMatch(/[\p{Cc}\u202e]|^::|##\[/u);
  });
});

describe("the summary", () => {
  test("names a reason with its documents, messages and what helps", () => {
    const summary = renderSummary(madeUpReport({ results: [...done(98), ...failed(1)] }));
    expect(summary).toContain("### 1 document failed\n");
    expect(summary).toContain(
      "<details><summary>1 document: <code>corrupt</code>, the document is damaged</summary>",
    );
    expect(summary).toContain("| <code>0.pdf</code> | <code>The file ends too early.</code> |");
    expect(summary).toContain("- `corrupt`: replace the document;");
    expect(summary).toContain("report.json");
    expect(summary).toContain("results.jsonl");
  });

  test("says how many of a reason it does not show", () => {
    const summary = renderSummary(madeUpReport({ results: failed(1234) }));
    expect(summary).toContain(
      `${maxSamples} of 1,234 documents are shown here; all of them are in \`results.jsonl\`.`,
    );
  });

  test("names failed pages together when they failed alike", () => {
    const two = [...pageFailures(2), { page: 7, reason: "corrupt", message: "bad" } as const];
    const summary = renderSummary(
      madeUpReport({
        results: [
          doneResult({ pages: 9, pagesFailed: two }),
          doneResult({ pages: 12, pagesFailed: pageFailures(maxSamplePages + 2) }),
        ],
      }),
    );
    expect(summary).toContain("### 10 pages failed in 2 documents that are done\n");
    expect(summary).toContain(
      "| 3 of 9 | pages 1, 2: <code>timeout&#58;<!-- --> too slow</code><br>page 7: <code>corrupt&#58;<!-- --> bad</code> |",
    );
    expect(summary).toContain(
      "| 7 of 12 | pages 1, 2, 3, 4, 5: <code>timeout&#58;<!-- --> too slow</code><br>and 2 more |",
    );
    expect(summary).toContain("`force: true`");
  });

  test("tells files that are no documents from failures", () => {
    const summary = renderSummary(
      madeUpReport({ results: [doneResult(), skippedResult({ key: "Thumbs.db" })] }),
    );
    expect(summary).toContain("### 1 file skipped");
    expect(summary).toContain("<code>Thumbs.db</code>");
    expect(summary).not.toContain("### How to go on");
  });

  test.each<{ name: string; made: MadeUpReport; expected: RegExp }>([
    { name: "failed", made: { results: failed(1) }, expected: /^- Start it again .* tried again\.$/m },
    {
      name: "running",
      made: { results: [], run: totals(5), state: { ended: false } },
      expected: /^- The run goes on\. .* watch /m,
    },
    {
      name: "cancelled",
      made: { results: [], run: totals(5), state: { cancelled: true } },
      expected: /^- Start it again .* stopped\.$/m,
    },
  ])("says how to go on with a run that is $name", ({ made, expected }) => {
    expect(renderSummary(madeUpReport(made))).toMatch(expected);
  });

  test("calls an attempt that never ended killed only when nothing runs any more", () => {
    const chunks = [[madeUpAttempt({ ended: null })]];
    const running = { results: [], chunks, run: totals(5), state: { ended: false } };
    expect(renderSummary(madeUpReport(running))).toContain("| Attempts | 1: 1 at work |");
    const stopped = { ...running, state: { cancelled: true } };
    expect(renderSummary(madeUpReport(stopped))).toContain("| Attempts | 1: 1 killed |");
  });
});

// --- Strangers' texts ----------------------------------------------------------------------------------

const allReasons = Object.keys(reasons) as Reason[];

/** A run in which everything failed that can, as often as is shown, and every text is `text`. */
function reportOf(text: string): Report {
  const lost = { key: text, message: text };
  return madeUpReport({
    results: allReasons.flatMap((reason) => [
      ...times(maxSamples + 1, () => failedResult({ ...lost, reason })),
      ...times(maxSamples + 1, () => skippedResult({ ...lost, reason })),
      ...times(2, () => doneResult({ key: text, pagesFailed: [{ page: 1, reason, message: text }] })),
    ]),
    run: { source: text, destination: text, runId: text },
  });
}

const allowedTags = /<\/?(?:code|details|summary)>|<br>|<!-- -->/g;

/** What a Markdown renderer can take for structure: lines, and what each begins with and is divided by. */
const structure = (summary: string) =>
  summary.split("\n").map((line) => ({ begins: line.slice(0, 2), cells: line.split("|").length }));

/** Texts of GitHub's own syntax are long enough to break something, and short enough to be shown whole. */
const strangersText = fc.string({
  unit: fc.constantFrom(
    ..."<>&|`*_[]()~#@:!\\-+=/ \n\r\u2028\u202ea1",
    "</code>",
    "</details>",
    "| --- |",
    "\n\n",
    "www.",
  ),
  minLength: 1,
  maxLength: 40,
});

describe("a stranger's text", () => {
  const benign = structure(renderSummary(reportOf("a")));

  test.each([
    hostileText,
    "\n| a | b |\n",
    "</code></summary></details>",
    "``` \n```",
    "<!--",
    "-->",
    "&#124;",
  ])("changes nothing in the summary but what it is shown as: %j", (text) => {
    const summary = renderSummary(reportOf(text));
    expect(structure(summary)).toEqual(benign);
    expect(summary.replace(allowedTags, "")).not.toMatch(/[<>]/);
  });

  test("changes nothing, whatever it is", () => {
    fc.assert(
      fc.property(strangersText, (text) => {
        const summary = renderSummary(reportOf(text));
        expect(structure(summary)).toEqual(benign);
        expect(summary.replace(allowedTags, "")).not.toMatch(/[<>\r\u2028\u202e]/);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the summary's length", () => {
  const openings = (summary: string, tag: string) => summary.split(`<${tag}>`).length;
  const closings = (summary: string, tag: string) => summary.split(`</${tag}>`).length;

  test.each([
    { name: "signs that need many bytes", text: "@".repeat(1024) },
    { name: "characters that cannot be seen", text: "\u{e0041}".repeat(256) },
    { name: "plain letters", text: "x".repeat(1024) },
    { name: "texts of a megabyte", text: "@".repeat(1024 * 1024) },
  ])("stays below GitHub's limit with keys of $name, and it stays whole", ({ text }) => {
    const summary = renderSummary(reportOf(text));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxSummaryBytes);
    for (const tag of ["details", "summary", "code"])
      expect(closings(summary, tag)).toBe(openings(summary, tag));
    const lines = summary.split("\n").map((line) => line.slice(0, 60));
    expect(lines[0]).toMatch(/^\*\*Textmill: failed\*\* — /);
    expect(lines.some((line) => /^(\d+ of 21|The) documents are (not )?shown here/.test(line))).toBe(true);
    expect(lines.at(-2)).toMatch(/^What became of each document: /);
  });

  test("costs samples only where it must", () => {
    const lines = renderSummary(reportOf("x".repeat(160))).split("\n");
    const complete = lines.filter((line) => line.startsWith(`${maxSamples} of 21 documents are shown here`));
    expect(complete).toHaveLength(allReasons.length);
  });
});
