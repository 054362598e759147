/** Which engine a run is worked on by. */
import type { Run } from "../../worker/contract.ts";
import { openClients } from "../aws/clients.ts";
import type { RunInputs, WatchingInputs } from "../inputs.ts";
import { stopJobs } from "./batch/cancel-run.ts";
import { batchEngine } from "./batch/engine.ts";
import { followBatchRun } from "./batch/follow-run.ts";
import { type BatchRun, isOnBatch } from "./batch/jobs-of-run.ts";
import type { Engine, EngineEnd, Following } from "./engine.ts";
import { isLocal, localEngine, workLocally } from "./local.ts";
import { watchWorkers } from "./watch-workers.ts";

export function engineFor({ engine, settings: { languages } }: RunInputs): Engine {
  return engine.kind === "batch"
    ? batchEngine(openClients(engine.region), engine, languages)
    : localEngine({ processes: engine.processes, languages });
}

export type Staying = Omit<Following, "seconds"> & WatchingInputs;

/** Works on a run, or sees to it that others do, until it has ended or it is time to leave. */
export async function workOn(run: Run, staying: Staying): Promise<EngineEnd> {
  return isLocal(run) ? workLocally(run, withSeconds(staying)) : watchRun(run, staying);
}

/** Stays with a run without working on it. */
export async function watchRun(run: Run, staying: Staying): Promise<EngineEnd> {
  return isOnBatch(run) ? stayWithBatch(run, staying) : watchWorkers(run, withSeconds(staying));
}

const withSeconds = (staying: Staying): Following => ({ ...staying, seconds: staying.minutes * 60 });

async function stayWithBatch(run: BatchRun, staying: Staying): Promise<EngineEnd> {
  const { destination, console, stop, cancelOnAbort } = staying;
  const { batch } = openClients(run.engine.region);
  const end = await followBatchRun(batch, run, withSeconds(staying));
  if (!stop.aborted || end.outcome !== "running") return end;
  if (cancelOnAbort) {
    // A cancelled workflow has 7.5 seconds left: time to say so, not to see the end.
    await stopJobs(batch, destination, run);
    return { outcome: "cancelled" };
  }
  console.warning(
    `The run ${run.runId} goes on without this process. To wait for its end: command watch, run-id ${run.runId}, ` +
      `destination ${run.destination}. To end it: command cancel.`,
  );
  return end;
}
