/** What `run` and `submit` have in common: a run that exists is gone on with, else one is planned and claimed. */
import { contractVersion, lastSettingsKey, type Run } from "../../worker/contract.ts";
import type { Console } from "../console.ts";
import type { Engine } from "../engines/engine.ts";
import type { RunInputs } from "../inputs.ts";
import { writeChunks } from "../planning/chunk-files.ts";
import type { Plan } from "../planning/plan.ts";
import { programVersion } from "../program-version.ts";
import { counted, usd } from "../report/numbers.ts";
import { claimRun, hasEnded, newPlanId, newRunId, readRun } from "../run-folder.ts";
import { lastConclusion } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { makePlan, type Stores } from "./planning.ts";

export type Begun =
  | { outcome: "begun"; run: Run }
  /** Of a run that was cleaned up. */
  | (CommandEnd & { outcome: "reported" })
  | (CommandEnd & { outcome: "refused" });

export async function beginRun(
  inputs: RunInputs,
  stores: Stores,
  engine: Engine,
  console: Console,
): Promise<Begun> {
  const runId = inputs.runId ?? (await unfinishedRunId(inputs, stores));
  const existing = await readRun(stores.destination, runId);
  if (existing === undefined) return planAndClaim(inputs, stores, engine, runId, console);
  const begun = checked(existing, inputs, stores);
  if (begun.outcome !== "begun") return begun;
  const last = await lastConclusion(stores.destination, existing, console);
  if (last !== undefined) return { outcome: "reported", conclusion: last, wantsSummary: inputs.summary };
  console.info(`run ${runId} exists: going on with it`);
  return begun;
}

/** A step that is run again goes on with its run; when that has ended, what failed is tried in a new one. */
async function unfinishedRunId(inputs: RunInputs, { source, destination }: Stores): Promise<string> {
  const { include, exclude, settings } = inputs;
  const request = { source: source.location, destination: destination.location, include, exclude, settings };
  const first = newRunId(process.env, request, new Date());
  let runId = first;
  for (let number = 2; await hasEnded(destination, runId); number++) runId = `${first}-${number}`;
  return runId;
}

async function planAndClaim(
  inputs: RunInputs,
  stores: Stores,
  engine: Engine,
  runId: string,
  console: Console,
): Promise<Begun> {
  const obstacles = await engine.obstacles();
  if (obstacles.length > 0) return refused(...obstacles);
  const plan = await console.phase("Plan", () => makePlan(inputs, stores, engine, console));
  try {
    const excess = tooExpensive(inputs.engine, plan.forecast.costUsd);
    if (excess !== undefined) return refused(excess);
    const prepared = await engine.prepare({ runId, plan }, console);
    const run = await writeRun(inputs, stores, prepared, runId, plan);
    console.info(`run ${runId}: ${counted(run.chunks, "chunk")}`);
    return checked(run, inputs, stores);
  } finally {
    await plan.discard();
  }
}

function tooExpensive(engine: RunInputs["engine"], costUsd: number | undefined): string | undefined {
  if (engine.kind !== "batch" || engine.maxCostUsd === undefined || costUsd === undefined) return undefined;
  if (costUsd <= engine.maxCostUsd) return undefined;
  return (
    `The run would cost about ${usd(costUsd)}, more than max-cost-usd ${engine.maxCostUsd} allows. Nothing was made. ` +
    "Raise it, or name fewer documents with include and exclude."
  );
}

/** The chunks first: a run that exists is planned whole. */
async function writeRun(
  inputs: RunInputs,
  { source, destination }: Stores,
  engine: Run["engine"],
  runId: string,
  plan: Plan,
): Promise<Run> {
  const planId = newPlanId();
  const chunks = await writeChunks(destination, runId, planId, plan.chunks());
  const { settings } = inputs;
  await destination.write(lastSettingsKey, `${JSON.stringify({ version: contractVersion, ...settings })}\n`);
  return claimRun(destination, {
    version: contractVersion,
    runId,
    planId,
    createdAt: new Date().toISOString(),
    program: programVersion,
    source: source.location,
    destination: destination.location,
    settings,
    maxFailurePercent: inputs.maxFailurePercent,
    engine,
    chunks,
    totals: plan.totals,
    forecast: plan.forecast,
  });
}

function checked(run: Run, inputs: RunInputs, { source }: Stores): Begun {
  if (run.source !== source.location) {
    return refused(
      `The run ${run.runId} is over ${run.source}, not ${source.location}. Choose another run-id.`,
    );
  }
  if (run.engine.kind !== inputs.engine.kind) {
    return refused(
      `The run ${run.runId} was begun with engine ${run.engine.kind}, not ${inputs.engine.kind}. ` +
        "Go on with that engine, or choose another run-id.",
    );
  }
  return { outcome: "begun", run };
}
