import { createHash, randomUUID } from "node:crypto";
import { contractVersion, type Run, runKeys, runsPrefix } from "../worker/contract.ts";
import { ContractError, parseRun, parseVersioned } from "../worker/run-files.ts";
import type { Store } from "../worker/store.ts";
import { outcomes } from "./report/outcome.ts";
import type { Report } from "./report/report.ts";

/** `undefined` when the destination has no run of that id. */
export async function readRun(destination: Store, runId: string): Promise<Run | undefined> {
  const key = runKeys.run(runId);
  const file = await destination.read(key);
  if (file.outcome === "not-found") return undefined;
  if (file.outcome !== "read") throw new Error(`The run ${runId} cannot be read. ${file.message}`);
  return parseRun(Buffer.from(file.bytes).toString("utf8"), `${destination.location}${key}`);
}

/**
 * Makes the run exist. Of two planners of the same run one wins; both get the winner's run, so that nothing
 * is started twice.
 */
export async function claimRun(destination: Store, run: Run): Promise<Run> {
  const written = await destination.write(runKeys.run(run.runId), `${JSON.stringify(run, null, 2)}\n`, {
    ifAbsent: true,
  });
  if (written.outcome === "written") return run;
  const winner = written.outcome === "exists" ? await readRun(destination, run.runId) : undefined;
  if (winner === undefined)
    throw new Error(`The run ${run.runId} cannot be written to ${destination.location}.`);
  return winner;
}

/**
 * Whether the run has been reported as ended, was cleaned up, or its jobs were cancelled, which nothing brings back. A
 * run on one machine that was stopped, or one that was still running then, can be gone on with.
 */
export async function hasEnded(destination: Store, runId: string): Promise<boolean> {
  const cancelled = await destination.read(runKeys.cancelled(runId), { start: 0, end: 1 });
  if (cancelled.outcome === "read" || (await isCleaned(destination, runId))) return true;
  const file = await destination.read(runKeys.report(runId));
  if (file.outcome !== "read") return false;
  const report: unknown = JSON.parse(Buffer.from(file.bytes).toString("utf8"));
  const outcome =
    typeof report === "object" && report !== null && "outcome" in report ? report.outcome : undefined;
  return outcome === "succeeded" || outcome === "partial" || outcome === "failed";
}

/**
 * Runs that have not ended as `hasEnded` tells, in the order of their ids. `warn` hears of those that this version cannot
 * read, which are passed over.
 */
export async function* unfinishedRuns(destination: Store, warn: (line: string) => void): AsyncGenerator<Run> {
  for (const runId of await runIds(destination)) {
    try {
      if (await hasEnded(destination, runId)) continue;
      const run = await readRun(destination, runId);
      if (run !== undefined) yield run;
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      warn(`passing over the run ${runId}: ${error.message}`);
    }
  }
}

async function runIds(destination: Store): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of destination.list(runsPrefix)) {
    const runId = key.slice(runsPrefix.length).split("/", 1)[0] ?? "";
    if (key === runKeys.run(runId)) ids.push(runId);
  }
  return ids;
}

/** The last report; `undefined` before there is one. */
export async function readReport(destination: Store, runId: string): Promise<Report | undefined> {
  const key = runKeys.report(runId);
  const file = await destination.read(key);
  if (file.outcome === "not-found") return undefined;
  if (file.outcome !== "read") throw new Error(`The report cannot be read. ${file.message}`);
  const name = `${destination.location}${key}`;
  const report = parseVersioned(Buffer.from(file.bytes).toString("utf8"), name);
  if (!outcomes.some((outcome) => outcome === report.outcome)) {
    throw new ContractError(`${name} is not the report of a run.`);
  }
  return report as unknown as Report;
}

/** Comes before anything of the run is deleted: a run with half of its results must not be summed up, nor gone on with. */
export async function markCleaned(destination: Store, runId: string, now: Date): Promise<void> {
  const content = `${JSON.stringify({ version: contractVersion, at: now.toISOString() })}\n`;
  const written = await destination.write(runKeys.cleaned(runId), content, { ifAbsent: true });
  if (written.outcome === "unwritable-name") throw new Error(written.message);
}

export async function isCleaned(destination: Store, runId: string): Promise<boolean> {
  const file = await destination.read(runKeys.cleaned(runId), { start: 0, end: 1 });
  if (file.outcome === "read") return true;
  if (file.outcome === "not-found") return false;
  throw new Error(`The run ${runId} cannot be read. ${file.message}`);
}

export const newPlanId = () => randomUUID();

/**
 * The same for every attempt of a step of a GitHub workflow run, so that a re-run goes on with its run
 * instead of starting another; at a terminal it tells the time. `request` keeps two steps or matrix
 * jobs of one workflow run apart.
 */
export function newRunId(environment: NodeJS.ProcessEnv, request: unknown, now: Date): string {
  const { GITHUB_RUN_ID, GITHUB_JOB, GITHUB_ACTION } = environment;
  if (GITHUB_RUN_ID) {
    const step = JSON.stringify([GITHUB_JOB, GITHUB_ACTION, request]);
    return `${GITHUB_RUN_ID}-${createHash("sha256").update(step).digest("hex").slice(0, 8)}`;
  }
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  return `${time}-${randomUUID().slice(0, 4)}`;
}

export interface Commit {
  /** `owner/name`. */
  repository: string;
  sha: string;
}

/** The commit that shows the run; `present` when the run has none yet, or one of another repository. */
export async function commitOfRun(destination: Store, runId: string, present: Commit): Promise<Commit> {
  const key = runKeys.commit(runId);
  const content = `${JSON.stringify({ version: contractVersion, ...present })}\n`;
  const written = await destination.write(key, content, { ifAbsent: true });
  if (written.outcome !== "exists") return present;
  const file = await destination.read(key);
  if (file.outcome !== "read") return present;
  const { repository, sha } = parseVersioned(
    Buffer.from(file.bytes).toString("utf8"),
    `${destination.location}${key}`,
  );
  return repository === present.repository && typeof sha === "string" && /^[0-9a-f]{40,64}$/.test(sha)
    ? { repository, sha }
    : present;
}
