import { openStore } from "../../worker/store.ts";
import { openClients } from "../aws/clients.ts";
import type { Console } from "../console.ts";
import { cancelBatchRun } from "../engines/batch/cancel-run.ts";
import { isOnBatch } from "../engines/batch/jobs-of-run.ts";
import type { CancelInputs } from "../inputs.ts";
import { readRun } from "../run-folder.ts";
import { showOnGithub } from "../run-on-github.ts";
import { conclude, lastConclusion } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { noSuchRun } from "./watch.ts";

/** Ends a run on AWS Batch, then reports what was done. */
export async function cancel(inputs: CancelInputs, console: Console): Promise<CommandEnd> {
  const destination = openStore(inputs.destination);
  const run = await readRun(destination, inputs.runId);
  if (run === undefined) return refused(noSuchRun(inputs.runId, destination.location));
  const last = await lastConclusion(destination, run, console);
  if (last !== undefined) return { outcome: "reported", conclusion: last, wantsSummary: inputs.summary };
  if (!isOnBatch(run)) {
    return refused(
      `The run ${run.runId} is on one machine, not on AWS Batch. Stop it there, with Ctrl-C or by cancelling the workflow.`,
    );
  }
  const { batch } = openClients(run.engine.region);
  const end = await console.phase("Cancel", () => cancelBatchRun(batch, destination, run, console));
  const conclusion = await conclude(destination, run, end, console);
  const onGithub = await showOnGithub(run, { github: inputs.github, destination, console });
  await onGithub.reported(conclusion.report);
  return { outcome: "reported", conclusion, wantsSummary: inputs.summary };
}
