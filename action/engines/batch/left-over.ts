/** What Spot capacity left undone, to be done on demand. */
import type { BatchClient } from "@aws-sdk/client-batch";
import { contractVersion, exitCodes, runKeys } from "../../../worker/contract.ts";
import { parseLeftOver } from "../../../worker/run-files.ts";
import type { Store } from "../../../worker/store.ts";
import { describeJobs, type FailedChild, failedChildrenOf } from "../../aws/jobs.ts";
import type { Wait } from "../../wait.ts";
import type { BatchRun } from "./jobs-of-run.ts";
import type { SubmittedJob, Submitter } from "./submission.ts";

/** A list of children may lag behind the number of them. */
const looksAtChildren = 6;
const secondsBetweenLooks = 5;

/**
 * Settles which chunks are done once more, for everyone who follows the run: the first list that is written stands.
 * How many there are; a worker that refused its chunk would refuse it again, so those are not among them.
 */
export async function settleLeftOver(
  { batch, destination, wait }: Submitter,
  run: BatchRun,
  jobs: readonly SubmittedJob[],
): Promise<number> {
  const settled = await readLeftOver(destination, run);
  if (settled !== undefined) return settled.length;
  const chunks: number[] = [];
  for (const job of jobs) {
    for (const { index, exitCode } of await allFailedChildren(batch, job, wait)) {
      if (exitCode !== exitCodes.refused.code) chunks.push(job.offset + index);
    }
  }
  if (chunks.length === 0) return 0;
  const content = { version: contractVersion, chunks: chunks.sort((a, b) => a - b) };
  await destination.write(runKeys.leftOver(run.runId), `${JSON.stringify(content)}\n`, { ifAbsent: true });
  return (await readLeftOver(destination, run))?.length ?? 0;
}

async function allFailedChildren(batch: BatchClient, job: SubmittedJob, wait: Wait): Promise<FailedChild[]> {
  const [state] = await describeJobs(batch, [job.id]);
  const expected = state?.children.FAILED ?? 0;
  for (let look = 1; ; look++) {
    const children: FailedChild[] = [];
    for await (const child of failedChildrenOf(batch, job)) children.push(child);
    if (children.length >= expected || look === looksAtChildren) return children;
    await wait(secondsBetweenLooks);
  }
}

/** `undefined` before it is settled. */
export async function readLeftOver(destination: Store, run: BatchRun): Promise<number[] | undefined> {
  const key = runKeys.leftOver(run.runId);
  const file = await destination.read(key);
  if (file.outcome === "not-found") return undefined;
  if (file.outcome !== "read") throw new Error(`The left-over chunks cannot be read. ${file.message}`);
  return parseLeftOver(Buffer.from(file.bytes).toString("utf8"), `${destination.location}${key}`);
}
