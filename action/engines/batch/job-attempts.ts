/** Every attempt of every job of a run, kept in its folder: AWS Batch forgets jobs, bills do not. */
import type { BatchClient } from "@aws-sdk/client-batch";
import { type CapacityKind, contractVersion, type Run, runKeys } from "../../../worker/contract.ts";
import { ContractError, parseVersioned } from "../../../worker/run-files.ts";
import type { Store } from "../../../worker/store.ts";
import { attemptsOf, type JobAttempt } from "../../aws/jobs.ts";
import type { SubmittedJob } from "./submission.ts";

export interface KeptAttempt extends JobAttempt {
  kind: CapacityKind;
}

/** Writes anew what AWS Batch knows of these jobs, and what was kept of those that it has forgotten. */
export async function keepJobAttempts(
  batch: BatchClient,
  destination: Store,
  run: Run,
  jobs: readonly SubmittedJob[],
): Promise<void> {
  const earlier = await readJobAttempts(destination, run);
  await destination.write(runKeys.jobAttempts(run.runId), attemptLines(batch, jobs, earlier));
}

async function* attemptLines(
  batch: BatchClient,
  jobs: readonly SubmittedJob[],
  earlier: readonly KeptAttempt[],
): AsyncGenerator<string> {
  const forgotten = new Map(earlier.map((attempt) => [nameOf(attempt), attempt]));
  for (const job of jobs) {
    for await (const attempt of attemptsOf(batch, job)) {
      forgotten.delete(nameOf(attempt));
      yield lineOf({ kind: job.round.kind, ...attempt });
    }
  }
  yield* [...forgotten.values()].map(lineOf);
}

const nameOf = ({ jobId, attempt }: JobAttempt) => `${jobId} ${attempt}`;

const lineOf = (attempt: KeptAttempt) => `${JSON.stringify({ version: contractVersion, ...attempt })}\n`;

/** Empty when none were kept yet. */
export async function readJobAttempts(destination: Store, run: Run): Promise<KeptAttempt[]> {
  const key = runKeys.jobAttempts(run.runId);
  const file = await destination.read(key);
  if (file.outcome === "not-found") return [];
  if (file.outcome !== "read") throw new Error(`The attempts at jobs cannot be read. ${file.message}`);
  const name = `${destination.location}${key}`;
  const lines = Buffer.from(file.bytes).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => parseAttempt(line, name));
}

function parseAttempt(line: string, name: string): KeptAttempt {
  const fields = parseVersioned(line, name);
  const { kind, jobId, attempt, stoppedAt } = fields;
  const isKind = kind === "spot" || kind === "on-demand";
  if (!isKind || typeof jobId !== "string" || typeof attempt !== "number" || typeof stoppedAt !== "string") {
    throw new ContractError(`${name} has a line that is not an attempt at a job: ${line.slice(0, 200)}`);
  }
  return fields as unknown as KeptAttempt;
}
