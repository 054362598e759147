import { expect, test } from "vitest";
import { nextStep } from "../../../action/report/advice.ts";
import { batchRun } from "../../support/batch-run.ts";
import { madeUpReport } from "./made-up.ts";

const cancelled = { ended: false, cancelled: true };
const run = { totals: { documents: 9, bytes: 9, alreadyDone: 0 } };

test("a stopped run on one machine goes on under its name, a cancelled one on AWS Batch does not", () => {
  const local = madeUpReport({ results: [], run, state: cancelled });
  expect(nextStep(local)).toMatch(/goes on where it was stopped/);
  const { engine } = batchRun();
  const onBatch = madeUpReport({ results: [], run: { ...run, engine }, state: cancelled });
  expect(nextStep(onBatch)).toMatch(/with another run-id/);
});
