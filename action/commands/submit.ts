import { openClients } from "../aws/clients.ts";
import type { Console } from "../console.ts";
import { firstRound, isOnBatch } from "../engines/batch/jobs-of-run.ts";
import { ensureSubmitted } from "../engines/batch/submission.ts";
import { engineFor } from "../engines/engines.ts";
import type { RunInputs } from "../inputs.ts";
import { waitFor } from "../wait.ts";
import { beginRun } from "./begin.ts";
import { conclude } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { openStores } from "./planning.ts";

/** Plans a run and starts it on AWS Batch; `watch` sees it to its end, in another job or days later. */
export async function submit(inputs: RunInputs, console: Console): Promise<CommandEnd> {
  const stores = await openStores(inputs);
  if ("refusal" in stores) return refused(stores.refusal);
  const begun = await beginRun(inputs, stores, engineFor(inputs), console);
  if (begun.outcome !== "begun") return begun;
  const { run } = begun;
  if (!isOnBatch(run)) throw new Error(`The run ${run.runId} is not on AWS Batch.`);

  const { destination } = stores;
  const { batch } = openClients(run.engine.region);
  const submission = await console.phase("Submit", () =>
    ensureSubmitted({ batch, destination, wait: waitFor }, run, firstRound(run)),
  );
  const outcome = submission.outcome === "cancelled" ? "cancelled" : "running";
  const conclusion = await conclude(destination, run, { outcome }, console);
  return { outcome: "reported", conclusion, wantsSummary: inputs.summary };
}
