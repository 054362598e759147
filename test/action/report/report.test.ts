import { describe, expect, test } from "vitest";
import { contractVersion } from "../../../worker/contract.ts";
import {
  doneResult,
  failedResult,
  madeUpAttempt,
  madeUpCost,
  madeUpReport,
  skippedResult,
  times,
} from "./made-up.ts";

describe("a report", () => {
  test("holds the run's numbers and where its files are", () => {
    const results = [
      ...times(8, () => doneResult({ pages: 5, pagesRecognised: 4, meanConfidence: 88.88 })),
      failedResult({ key: "b.pdf", message: "no" }),
      skippedResult({ key: "Thumbs.db", message: "no image" }),
    ];
    const report = madeUpReport({ results, run: { totals: { documents: 12, bytes: 1, alreadyDone: 30 } } });
    expect(report).toEqual({
      version: contractVersion,
      program: "1.0.0",
      runId: "4711-ab12cd34",
      outcome: "failed",
      createdAt: "2026-11-24T10:00:00.000Z",
      reportedAt: "2026-11-24T11:00:00.000Z",
      source: "s3://scans/",
      destination: "s3://texts/",
      settings: expect.objectContaining({ languages: ["eng"] }),
      engine: { kind: "local", processes: 4 },
      maxFailurePercent: 5,
      documents: { total: 12, done: 8, failed: 1, skipped: 1, missing: 2, alreadyDone: 30 },
      bytes: 10_000,
      pages: { total: 40, recognised: 32, earlierOcr: 0, failed: 0 },
      characters: 4000,
      meanConfidence: 88.9,
      seconds: 100,
      pagesPerSecond: 0.4,
      cpuSeconds: 200,
      cpuSecondsPerPage: 5,
      forecast: { basis: "defaults", cpuSeconds: 240 },
      cost: null,
      failures: [
        {
          reason: "corrupt",
          meaning: "the document is damaged",
          documents: 1,
          samples: [{ key: "b.pdf", message: "no" }],
        },
      ],
      skipped: [
        {
          reason: "unsupported-format",
          meaning: "the bytes are of no format that Textmill reads",
          documents: 1,
          samples: [{ key: "Thumbs.db", message: "no image" }],
        },
      ],
      failedPages: { documents: 0, byReason: [], samples: [] },
      attempts: { total: 1, finished: 1, interrupted: 0, killed: 0, open: 0 },
      files: {
        report: "s3://texts/.textmill/runs/4711-ab12cd34/report.json",
        summary: "s3://texts/.textmill/runs/4711-ab12cd34/report.md",
        results: "s3://texts/.textmill/runs/4711-ab12cd34/results.jsonl",
      },
    });
  });

  test("stays the same in JSON", () => {
    const cost = madeUpCost([{ kind: "spot", seconds: 100 / 3, ended: "failed", keptShare: 1 / 3 }]);
    const report = madeUpReport({ results: [doneResult(), failedResult()], cost });
    expect(report.cost).toEqual(cost);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test("has no rates where nothing was read", () => {
    expect(madeUpReport({ results: [], chunks: [] })).toMatchObject({
      meanConfidence: null,
      seconds: 0,
      pagesPerSecond: null,
      cpuSeconds: 0,
      cpuSecondsPerPage: null,
    });
  });

  test("never lasted less than no time, whatever the clocks said", () => {
    const attempt = madeUpAttempt({ startedAt: "2026-11-24T12:00:00.000Z" });
    expect(madeUpReport({ results: [doneResult()], chunks: [[attempt]] })).toMatchObject({
      seconds: 0,
      pagesPerSecond: null,
    });
  });

  test("names the most frequent reason first, equal ones by name", () => {
    const results = [
      failedResult({ reason: "timeout" }),
      failedResult({ reason: "empty" }),
      ...times(2, () => failedResult({ reason: "too-large" })),
    ];
    const { failures } = madeUpReport({ results });
    expect(failures.map(({ reason }) => reason)).toEqual(["too-large", "empty", "timeout"]);
  });

  test("finds its files in a folder whether or not its name ends with a slash", () => {
    for (const destination of ["/texts", "/texts/"]) {
      const { files } = madeUpReport({ results: [], run: { destination } });
      expect(files.report).toBe("/texts/.textmill/runs/4711-ab12cd34/report.json");
    }
  });
});
