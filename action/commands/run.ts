import { contractVersion, lastSettingsKey, type Run } from "../../worker/contract.ts";
import type { Store } from "../../worker/store.ts";
import { type Console, isOnRunner } from "../console.ts";
import { type EngineEnd, obstaclesToLocalRun, startLocalRun } from "../engines/local.ts";
import type { RunInputs } from "../inputs.ts";
import { writeChunks } from "../planning/chunk-files.ts";
import { programVersion } from "../program-version.ts";
import { openProgressDisplay } from "../progress.ts";
import { counted } from "../report/numbers.ts";
import { claimRun, hasEnded, newPlanId, newRunId, readRun } from "../run-folder.ts";
import { conclude } from "./conclude.ts";
import { type CommandEnd, refused } from "./end.ts";
import { showProgress } from "./follow.ts";
import { makePlan, openStores, type Stores } from "./planning.ts";

/** Everything: plan, start, watch, report. A run that exists already is gone on with. */
export async function run(inputs: RunInputs, console: Console, stop: AbortSignal): Promise<CommandEnd> {
  const stores = openStores(inputs);
  if ("refusal" in stores) return refused(stores.refusal);
  const obstacles = await obstaclesToLocalRun(inputs.settings.languages);
  if (obstacles.length > 0) return refused(...obstacles);

  const begun = await console.phase("Plan", () => planOrAttach(inputs, stores, console));
  if (begun.source !== stores.source.location) {
    return refused(
      `The run ${begun.runId} is over ${begun.source}, not ${stores.source.location}. Choose another run-id.`,
    );
  }
  const end = await console.phase("Recognise", () => work(begun, stores.destination, console, stop));
  if (end.outcome === "refused") return refused(end.message);
  const conclusion = await conclude(stores.destination, begun, {
    ended: end.outcome === "ended",
    cancelled: end.outcome === "stopped",
  });
  return { outcome: "reported", run: begun, conclusion };
}

async function planOrAttach(inputs: RunInputs, stores: Stores, console: Console): Promise<Run> {
  const runId = inputs.runId ?? (await unfinishedRunId(inputs, stores));
  const existing = await readRun(stores.destination, runId);
  if (existing === undefined) return planAndClaim(inputs, stores, runId, console);
  console.info(`run ${runId} exists: going on with it`);
  return existing;
}

async function planAndClaim(
  inputs: RunInputs,
  stores: Stores,
  runId: string,
  console: Console,
): Promise<Run> {
  const plan = await makePlan(inputs, stores, console);
  try {
    const planId = newPlanId();
    const chunks = await writeChunks(stores.destination, runId, planId, plan.chunks());
    const { settings } = inputs;
    await stores.destination.write(
      lastSettingsKey,
      `${JSON.stringify({ version: contractVersion, ...settings })}\n`,
    );
    console.info(`run ${runId}: ${counted(chunks, "chunk")}`);
    return await claimRun(stores.destination, {
      version: contractVersion,
      runId,
      planId,
      createdAt: new Date().toISOString(),
      program: programVersion,
      source: stores.source.location,
      destination: stores.destination.location,
      settings,
      maxFailurePercent: inputs.maxFailurePercent,
      engine: { kind: "local", processes: inputs.processes },
      chunks,
      totals: plan.totals,
      forecast: plan.forecast,
    });
  } finally {
    await plan.discard();
  }
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

async function work(run: Run, destination: Store, console: Console, stop: AbortSignal): Promise<EngineEnd> {
  if (run.engine.kind !== "local") throw new Error(`The run ${run.runId} is on AWS Batch.`);
  const started = startLocalRun(run, run.engine);
  const leave = () => {
    console.info("stopping: the documents that are being read are left for the next start");
    started.stop();
  };
  stop.addEventListener("abort", leave, { once: true });
  if (stop.aborted) leave();
  const display = openProgressDisplay(process.stdout, {
    isTerminal: process.stdout.isTTY && !isOnRunner(process.env),
  });
  try {
    await showProgress(run, destination, display, started.ended);
    return await started.ended;
  } finally {
    display.close();
    stop.removeEventListener("abort", leave);
  }
}
