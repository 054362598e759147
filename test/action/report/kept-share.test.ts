import { expect, test } from "vitest";
import { keptShare } from "../../../action/report/kept-share.ts";
import type { DocumentResult } from "../../../worker/contract.ts";
import { doneResult, failedResult, madeUpAttempt, skippedResult } from "./made-up.ts";

test.each<{ name: string; pages: number; results: DocumentResult[]; share: number }>([
  {
    name: "all of an attempt that finished its documents",
    pages: 6,
    results: [doneResult({ attempt: 2, pages: 2 }), doneResult({ attempt: 2, pages: 4 })],
    share: 1,
  },
  {
    name: "not the pages of the document that was in flight",
    pages: 8,
    results: [doneResult({ attempt: 2, pages: 6 })],
    share: 0.75,
  },
  {
    name: "not what other attempts did",
    pages: 8,
    results: [doneResult({ attempt: 1, pages: 4 }), doneResult({ attempt: 3, pages: 4 })],
    share: 0,
  },
  {
    name: "not the pages of documents that failed",
    pages: 4,
    results: [
      failedResult({ attempt: 2 }),
      skippedResult({ attempt: 2 }),
      doneResult({ attempt: 2, pages: 1 }),
    ],
    share: 0.25,
  },
  {
    name: "nothing of an attempt without pages",
    pages: 0,
    results: [failedResult({ attempt: 2 })],
    share: 0,
  },
  {
    name: "no more than all",
    pages: 3,
    results: [doneResult({ attempt: 2, pages: 5 })],
    share: 1,
  },
])("what is kept: $name", ({ pages, results, share }) => {
  expect(keptShare(madeUpAttempt({ attempt: 2, pages }), results)).toBe(share);
});
