import type { Run } from "../../worker/contract.ts";
import { openStore, type Store } from "../../worker/store.ts";
import type { Console } from "../console.ts";
import { isOnBatch } from "../engines/batch/jobs-of-run.ts";
import { watchRun } from "../engines/engines.ts";
import type { WatchInputs } from "../inputs.ts";
import { logText } from "../report/escape.ts";
import { counted } from "../report/numbers.ts";
import { readRun, unfinishedRuns } from "../run-folder.ts";
import { showOnGithub } from "../run-on-github.ts";
import { conclude, lastConclusion } from "./conclude.ts";
import { type CommandEnd, type ReportedRun, refused } from "./end.ts";

/** Follows a run that some other process began, until it ends or the time is up; then reports. */
export async function watch(inputs: WatchInputs, console: Console, stop: AbortSignal): Promise<CommandEnd> {
  const destination = openStore(inputs.destination);
  const { runId } = inputs;
  if (runId === undefined) return lookAtAll(destination, inputs, console, stop);
  const run = await readRun(destination, runId);
  return run === undefined
    ? refused(noSuchRun(runId, destination.location))
    : watchAndReport(run, { ...inputs, destination }, console, stop);
}

type Watching = Pick<WatchInputs, "watching" | "github" | "summary"> & { destination: Store };

async function watchAndReport(
  run: Run,
  { destination, watching, github, summary }: Watching,
  console: Console,
  stop: AbortSignal,
): Promise<ReportedRun | (CommandEnd & { outcome: "refused" })> {
  const last = await lastConclusion(destination, run, console);
  if (last !== undefined) return { outcome: "reported", conclusion: last, wantsSummary: summary };
  const onGithub = await showOnGithub(run, { github, destination, console, stop });
  const end = await console.phase("Watch", () =>
    watchRun(run, { destination, console, stop, onProgress: onGithub.progress, ...watching }),
  );
  if (end.outcome === "refused") return refused(end.message);
  const conclusion = await conclude(destination, run, end, console);
  await onGithub.reported(conclusion.report);
  return { outcome: "reported", conclusion, wantsSummary: summary };
}

/**
 * For runs that nobody waits for: a look at each one on AWS Batch that has not ended, and its report. Those of other
 * machines tell no onlooker in one look whether anyone still works on them.
 */
async function lookAtAll(
  destination: Store,
  { github, summary }: WatchInputs,
  console: Console,
  stop: AbortSignal,
): Promise<CommandEnd> {
  const watching = { minutes: 0, cancelOnAbort: false };
  const runs: ReportedRun[] = [];
  for await (const run of unfinishedRuns(destination, (line) => console.warning(logText(line)))) {
    if (!isOnBatch(run)) continue;
    console.info(`run ${run.runId}`);
    const end = await watchAndReport(run, { destination, watching, github, summary }, console, stop);
    if (end.outcome === "refused") return end;
    runs.push(end);
    if (stop.aborted) break;
  }
  console.info(`looked at ${counted(runs.length, "unfinished run")} in ${logText(destination.location)}`);
  return { outcome: "looked", runs };
}

export const noSuchRun = (runId: string, location: string) =>
  `There is no run ${JSON.stringify(runId)} in ${location}. Check run-id and destination.`;
