/** Watches workers of another process on the same machine or folder, which tell nothing but their results. */
import { type Run, resultsIntervalSeconds } from "../../worker/contract.ts";
import { openProgressDisplay } from "../progress.ts";
import { type Wait, waitFor } from "../wait.ts";
import type { EngineEnd, Following } from "./engine.ts";
import { patiently } from "./patience.ts";
import { followResults, isComplete, progressOf } from "./results.ts";

/** Workers write at short intervals whether or not a page was finished: after so long none is left. */
const silenceSeconds = 60;

export async function watchWorkers(
  run: Run,
  { destination, console, stop, seconds, onProgress }: Following,
  wait: Wait = waitFor,
): Promise<EngineEnd> {
  const look = followResults(destination, run);
  const display = openProgressDisplay(process.stdout, { isTerminal: console.isTerminal, onProgress });
  const patient = patiently(display);
  const startedAt = performance.now();
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
  let lastChange = 0;
  try {
    for (;;) {
      const counts = await patient(look);
      // While nobody can look, nobody can tell that it is silent either.
      if (counts === undefined || counts.changed) lastChange = elapsedSeconds();
      if (counts !== undefined) display.update(progressOf(run, counts, elapsedSeconds()));
      if (counts !== undefined && isComplete(run, counts)) return { outcome: "ended" };
      if (elapsedSeconds() >= seconds || stop.aborted) return { outcome: "running" };
      if (elapsedSeconds() - lastChange > silenceSeconds) {
        display.note(
          `warning: no worker has written for ${silenceSeconds} seconds: the run was stopped. Start it again to go on.`,
        );
        return { outcome: "cancelled" };
      }
      await wait(resultsIntervalSeconds(destination.location), stop);
    }
  } finally {
    display.close();
  }
}
