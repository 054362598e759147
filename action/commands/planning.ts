/** What the commands `plan` and `run` have in common: from inputs to a plan, and saying what it is. */
import { lastSettingsKey, type Settings, scratchPrefix } from "../../worker/contract.ts";
import { openStore, type Store } from "../../worker/store.ts";
import type { Console } from "../console.ts";
import type { Engine, Parallelism } from "../engines/engine.ts";
import type { RunInputs } from "../inputs.ts";
import { overlapRefusal } from "../planning/overlap.ts";
import { type Plan, planRun } from "../planning/plan.ts";
import { costForecastLine } from "../report/cost-summary.ts";
import { count, counted, duration, fileSize } from "../report/numbers.ts";

export interface Stores {
  source: Store;
  destination: Store;
}

/** A destination that cannot be written to is found out now, not when everything else is done. */
export async function openStores(
  inputs: Pick<RunInputs, "source" | "destination">,
): Promise<Stores | { refusal: string }> {
  const source = openStore(inputs.source);
  const destination = openStore(inputs.destination);
  const refusal = overlapRefusal(source.location, destination.location);
  if (refusal !== undefined) return { refusal };
  if (inputs.destination.kind === "s3") {
    for await (const _ of destination.list(scratchPrefix)) break;
  }
  return { source, destination };
}

/** Lists both sides and sizes the chunks; writes nothing. The plan has to be discarded. */
export async function makePlan(
  inputs: RunInputs,
  { source, destination }: Stores,
  engine: Engine,
  console: Console,
): Promise<Plan> {
  const parallelism = await engine.parallelism();
  console.info(`listing ${source.location}`);
  const plan = await planRun({
    source,
    destination,
    filters: { include: inputs.include, exclude: inputs.exclude },
    settings: inputs.settings,
    force: inputs.force,
    ...parallelism,
    chunkMinutes: inputs.chunkMinutes,
    onListed: (keys) => console.info(`listed ${count(keys)} keys`),
  });
  describe(plan, parallelism, console);
  const outputsPerDocument = inputs.settings.outputs.length;
  const forecast =
    plan.totals.documents > 0 ? await engine.forecast({ plan, outputsPerDocument }, console) : undefined;
  if (forecast !== undefined) {
    console.info(costForecastLine(forecast));
    plan.forecast.costUsd = forecast.cost.usd;
  }
  await warnOfOtherSettings(plan, inputs.settings, destination, console);
  return plan;
}

function describe(
  { totals, forecast, estimatedChunks }: Plan,
  { workers, processesPerWorker }: Parallelism,
  console: Console,
): void {
  console.info(
    `${counted(totals.documents, "document")} to do (${fileSize(totals.bytes)}), ${count(totals.alreadyDone)} already done`,
  );
  if (totals.documents + totals.alreadyDone === 0) {
    console.warning("There is no document in the source. Check source, include and exclude.");
  }
  if (totals.documents === 0) return;
  const processes = processesPerWorker * Math.min(workers, estimatedChunks);
  console.info(
    `about ${duration(forecast.cpuSeconds)} of CPU time, ${duration(forecast.cpuSeconds / processes)} with ` +
      `${counted(processes, "OCR process", "OCR processes")}, in ${counted(estimatedChunks, "chunk")} (by built-in rates, nothing was measured)`,
  );
}

async function warnOfOtherSettings(plan: Plan, settings: Settings, destination: Store, console: Console) {
  if (plan.totals.alreadyDone === 0) return;
  const file = await destination.read(lastSettingsKey);
  if (file.outcome !== "read") return;
  const earlier: unknown = JSON.parse(Buffer.from(file.bytes).toString("utf8"));
  const languages = languagesOf(earlier);
  if (languages === undefined || languages === settings.languages.join("+")) return;
  console.warning(
    `The outputs that exist were made with languages ${JSON.stringify(languages)}, ` +
      `not ${JSON.stringify(settings.languages.join("+"))}; they are left as they are. Set force to true to redo them.`,
  );
}

function languagesOf(settings: unknown): string | undefined {
  if (typeof settings !== "object" || settings === null || !("languages" in settings)) return undefined;
  return Array.isArray(settings.languages) ? settings.languages.join("+") : undefined;
}
