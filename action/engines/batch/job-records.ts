/**
 * The run's own account of its jobs: `jobs/<round>-<offset>-<claim>.json` in its folder. Whoever is about to
 * submit a job claims it first, with a conditional write; the id is added when AWS Batch has told it.
 */
import { type ChunkSet, contractVersion, type Run, runKeys } from "../../../worker/contract.ts";
import { ContractError, parseVersioned } from "../../../worker/run-files.ts";
import type { Store } from "../../../worker/store.ts";

export type JobRecord =
  /** Its writer is submitting the job, or died while it was. */
  | { state: "claimed" }
  | { state: "submitted"; jobId: string }
  /** Its writer knows that no job was made. */
  | { state: "refused" };

export function recordKey(run: Run, chunksOf: ChunkSet, offset: number, claim: number): string {
  return `${runKeys.jobs(run.runId)}${chunksOf}-${String(offset).padStart(7, "0")}-${claim}.json`;
}

/** "ours" when this call made the claim. */
export async function claimJob(destination: Store, key: string): Promise<"ours" | JobRecord> {
  const content = textOf({ state: "claimed" });
  const written = await destination.write(key, content, { ifAbsent: true });
  if (written.outcome === "written") return "ours";
  const record = await readRecord(destination, key);
  if (record === undefined) throw new Error(`${destination.location}${key} cannot be written.`);
  return record;
}

export async function writeRecord(destination: Store, key: string, record: JobRecord): Promise<void> {
  await destination.write(key, textOf(record));
}

export async function readRecord(destination: Store, key: string): Promise<JobRecord | undefined> {
  const file = await destination.read(key);
  if (file.outcome === "not-found") return undefined;
  if (file.outcome !== "read") throw new Error(`A job of the run cannot be read. ${file.message}`);
  const name = `${destination.location}${key}`;
  const { state, jobId } = parseVersioned(Buffer.from(file.bytes).toString("utf8"), name);
  if (state === "claimed" || state === "refused") return { state };
  if (state === "submitted" && typeof jobId === "string") return { state, jobId };
  throw new ContractError(`${name} is not the record of a job.`);
}

const textOf = (record: JobRecord) => `${JSON.stringify({ version: contractVersion, ...record })}\n`;
