import { openStore } from "../../worker/store.ts";
import type { Console } from "../console.ts";
import { watchRun } from "../engines/engines.ts";
import type { WatchInputs } from "../inputs.ts";
import { readRun } from "../run-folder.ts";
import { conclude, lastConclusion } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";

/** Follows a run that some other process began, until it ends or the time is up; then reports. */
export async function watch(inputs: WatchInputs, console: Console, stop: AbortSignal): Promise<CommandEnd> {
  const destination = openStore(inputs.destination);
  const run = await readRun(destination, inputs.runId);
  if (run === undefined) return refused(noSuchRun(inputs.runId, destination.location));
  const last = await lastConclusion(destination, run, console);
  if (last !== undefined) return { outcome: "reported", conclusion: last, wantsSummary: inputs.summary };
  const end = await console.phase("Watch", () =>
    watchRun(run, { destination, console, stop, ...inputs.watching }),
  );
  if (end.outcome === "refused") return refused(end.message);
  const conclusion = await conclude(destination, run, end, console);
  return { outcome: "reported", conclusion, wantsSummary: inputs.summary };
}

export const noSuchRun = (runId: string, location: string) =>
  `There is no run ${JSON.stringify(runId)} in ${location}. Check run-id and destination.`;
