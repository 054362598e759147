import { setTimeout as delay } from "node:timers/promises";
import { type Run, resultsIntervalSeconds } from "../../worker/contract.ts";
import { openStore, type Store } from "../../worker/store.ts";
import { type Console, isOnRunner } from "../console.ts";
import type { WatchInputs } from "../inputs.ts";
import { openProgressDisplay } from "../progress.ts";
import { readRun } from "../run-folder.ts";
import { conclude } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { followResults, isComplete, progressOf } from "./follow.ts";

/** Follows a run that some other process works on, until it ends or the time is up; then reports. */
export async function watch(inputs: WatchInputs, console: Console, stop: AbortSignal): Promise<CommandEnd> {
  const destination = openStore(inputs.destination);
  const run = await readRun(destination, inputs.runId);
  if (run === undefined) {
    return refused(
      `There is no run ${JSON.stringify(inputs.runId)} in ${destination.location}. Check run-id and destination.`,
    );
  }
  const seen = await console.phase("Watch", () =>
    followToEnd(run, destination, inputs.watchMinutes * 60, stop),
  );
  if (seen === "silent") {
    console.warning(
      `No worker has written for ${silenceSeconds} seconds: the run was stopped. Start it again to go on.`,
    );
  }
  const conclusion = await conclude(destination, run, {
    ended: seen === "complete",
    cancelled: seen === "silent",
  });
  return { outcome: "reported", run, conclusion };
}

/** Workers write at short intervals whether or not a page was finished: after so long none is left. */
const silenceSeconds = 60;

async function followToEnd(
  run: Run,
  destination: Store,
  seconds: number,
  stop: AbortSignal,
): Promise<"complete" | "silent" | "time is up"> {
  const look = followResults(destination, run);
  const display = openProgressDisplay(process.stdout, {
    isTerminal: process.stdout.isTTY && !isOnRunner(process.env),
  });
  const startedAt = performance.now();
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
  let lastChange = 0;
  try {
    for (;;) {
      const counts = await look();
      if (counts.changed) lastChange = elapsedSeconds();
      display.update(progressOf(run, counts, elapsedSeconds()));
      if (isComplete(run, counts)) return "complete";
      if (elapsedSeconds() >= seconds || stop.aborted) return "time is up";
      if (elapsedSeconds() - lastChange > silenceSeconds) return "silent";
      await delay(resultsIntervalSeconds(destination.location) * 1000, undefined, { signal: stop }).catch(
        () => {},
      );
    }
  } finally {
    display.close();
  }
}
