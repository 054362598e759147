import { describe, expect, test } from "vitest";
import { estimatedLogBytes, estimatedRequests, type RequestFacts } from "../../../action/report/usage.ts";

const facts: RequestFacts = {
  listedKeys: 2500,
  documents: 1000,
  outputsPerDocument: 2,
  chunks: 10,
  attempts: 10,
  attemptSeconds: 9005,
  processes: 4,
  watchedSeconds: 0,
};

describe("the requests of a run", () => {
  test("are those of the plan, the attempts, the documents and the report", () => {
    expect(estimatedRequests(facts)).toEqual({
      // settings and run, chunks, results at start and end and every 10 s, outputs, report
      writes: 2 + 10 + (20 + 900) + 2000 + 3,
      // settings and run, run and chunk and results of each attempt, documents, results for the report
      reads: 2 + 30 + 1000 + 10,
      // two listings of 2,500 keys together, one of results
      lists: 4 + 1,
    });
  });

  test("are more for attempts that fetch again what others had fetched", () => {
    const { writes, reads } = estimatedRequests(facts);
    const retried = estimatedRequests({ ...facts, attempts: 13 });
    expect(retried.writes - writes).toBe(3 * 2);
    expect(retried.reads - reads).toBe(3 * (3 + 8));
  });

  test("are more for each look at a run, which lists all results and reads the changed ones", () => {
    const many = { ...facts, chunks: 2500, attempts: 2500 };
    const unwatched = estimatedRequests(many);
    const watched = estimatedRequests({ ...many, watchedSeconds: 995 });
    expect(watched.lists - unwatched.lists).toBe(100 * 3);
    expect(watched.reads - unwatched.reads).toBe(2 * 2500 + 900);
    expect(watched.writes).toBe(unwatched.writes);
  });
});

test("logs are a few hundred bytes an attempt", () => {
  expect(estimatedLogBytes(0)).toBe(0);
  expect(estimatedLogBytes(10_000)).toBe(2_520_000);
});
