import { describe, expect, test } from "vitest";
import { annotationsOf, maxAnnotations } from "../../../action/report/annotations.ts";
import { doneResult, failedResult, hostileText, madeUpReport, times } from "./made-up.ts";

const failures = (count: number) => times(count, (index) => failedResult({ key: `${index}.pdf` }));
const pageFailed = doneResult({
  key: "p.pdf",
  pagesFailed: [{ page: 2, reason: "timeout", message: "too slow" }],
});

describe("annotations", () => {
  test("are none of a run without failures", () => {
    expect(annotationsOf(madeUpReport({ results: [doneResult()] }))).toEqual([]);
  });

  test("name the document, the reason and the message", () => {
    expect(annotationsOf(madeUpReport({ results: failures(1) }))).toEqual([
      { title: "Document failed: corrupt", message: "0.pdf: The file ends too early.", level: "error" },
    ]);
  });

  test.each([1, 9, 10])("show each of %d failures", (count) => {
    const annotations = annotationsOf(madeUpReport({ results: failures(count) }));
    expect(annotations.map(({ message }) => message.split(":")[0])).toEqual(
      times(count, (index) => `${index}.pdf`),
    );
  });

  test.each([
    { count: 11, rest: "2 more" },
    { count: 5000, rest: "4,991 more" },
  ])("count the rest of $count failures", ({ count, rest }) => {
    const annotations = annotationsOf(madeUpReport({ results: failures(count) }));
    expect(annotations).toHaveLength(maxAnnotations);
    expect(annotations.at(-1)).toMatchObject({
      title: rest,
      message: expect.stringMatching(/results\.jsonl$/),
    });
  });

  test("are warnings while the step passes", () => {
    const results = [...times(99, () => doneResult()), ...failures(1)];
    expect(annotationsOf(madeUpReport({ results })).map(({ level }) => level)).toEqual(["warning"]);
  });

  test("give every reason its turn", () => {
    const results = [
      ...failures(30),
      failedResult({ reason: "encrypted" }),
      failedResult({ reason: "empty" }),
    ];
    const titles = annotationsOf(madeUpReport({ results })).map(({ title }) => title);
    expect(titles.slice(0, 4)).toEqual([
      "Document failed: corrupt",
      "Document failed: empty",
      "Document failed: encrypted",
      "Document failed: corrupt",
    ]);
  });

  test("name documents that lost pages", () => {
    expect(annotationsOf(madeUpReport({ results: [pageFailed] }))).toEqual([
      { title: "Pages failed: timeout", message: "p.pdf: 1 of 3 pages failed", level: "warning" },
    ]);
  });

  test("tell of documents without a result once the run has ended", () => {
    const run = { totals: { documents: 5, bytes: 1, alreadyDone: 0 } };
    expect(annotationsOf(madeUpReport({ results: [doneResult()], run }))).toEqual([
      { title: "No result", message: expect.stringMatching(/^4 documents without a result/), level: "error" },
    ]);
    expect(annotationsOf(madeUpReport({ results: [doneResult()], run, state: { ended: false } }))).toEqual(
      [],
    );
  });

  test("are one short line each, whatever the document is called", () => {
    const hostile = { key: hostileText.repeat(10), message: hostileText.repeat(10) };
    for (const { title, message } of annotationsOf(madeUpReport({ results: [failedResult(hostile)] }))) {
      for (const text of [title, message]) {
        expect(text).not.toMatch(/[\p{Cc}\u202e]|^::|##\[/u);
        expect(text.length).toBeLessThan(2000);
      }
    }
  });
});
