import type { Console } from "../console.ts";
import { engineFor, workOn } from "../engines/engines.ts";
import type { RunInputs } from "../inputs.ts";
import { showOnGithub } from "../run-on-github.ts";
import { beginRun } from "./begin.ts";
import { conclude } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { openStores } from "./planning.ts";

/** Everything: plan, start, watch, report. A run that exists already is gone on with. */
export async function run(inputs: RunInputs, console: Console, stop: AbortSignal): Promise<CommandEnd> {
  const stores = await openStores(inputs);
  if ("refusal" in stores) return refused(stores.refusal);
  const begun = await beginRun(inputs, stores, engineFor(inputs), console);
  if (begun.outcome !== "begun") return begun;

  const { destination } = stores;
  const onGithub = await showOnGithub(begun.run, { github: inputs.github, destination, console, stop });
  const end = await console.phase("Recognise", () =>
    workOn(begun.run, { destination, console, stop, onProgress: onGithub.progress, ...inputs.watching }),
  );
  if (end.outcome === "refused") {
    await onGithub.refused(end.message);
    return refused(end.message);
  }
  const conclusion = await conclude(destination, begun.run, end, console);
  await onGithub.reported(conclusion.report);
  return { outcome: "reported", conclusion, wantsSummary: inputs.summary };
}
