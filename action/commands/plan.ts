import type { Console } from "../console.ts";
import { engineFor } from "../engines/engines.ts";
import type { RunInputs } from "../inputs.ts";
import { type CommandEnd, refused } from "./end.ts";
import { makePlan, openStores } from "./planning.ts";

/** Says what a run would do, and changes nothing. */
export async function plan(inputs: RunInputs, console: Console): Promise<CommandEnd> {
  const stores = await openStores(inputs);
  if ("refusal" in stores) return refused(stores.refusal);
  return console.phase("Plan", async () => {
    const planned = await makePlan(inputs, stores, engineFor(inputs), console);
    await planned.discard();
    console.info(`outputs would go to ${stores.destination.location}; nothing was changed`);
    return { outcome: "planned", documents: planned.totals.documents };
  });
}
