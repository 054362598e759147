import type { Run } from "../../worker/contract.ts";
import type { Store } from "../../worker/store.ts";
import type { Console } from "../console.ts";
import type { Plan } from "../planning/plan.ts";
import type { Progress } from "../progress.ts";
import type { CostForecast } from "../report/cost-forecast.ts";

/** Where workers run. A run that exists is worked on by the engine that its `run.json` names. */
export interface Engine {
  /** What keeps it from working on a run, before anything is made; empty when nothing does. */
  obstacles(): Promise<string[]>;
  /** What the planned work would cost and how long it would take; `undefined` where nothing is paid for. */
  forecast(planned: PlannedWork, console: Console): Promise<CostForecast | undefined>;
  /** How many workers may run at a time and how many OCR processes each of them has. */
  parallelism(): Promise<Parallelism>;
  /** Makes what workers need, and tells what the run has to know of it; nothing when there is nothing to do. */
  prepare(planned: PlannedRun, console: Console): Promise<Run["engine"]>;
}

export interface PlannedRun {
  runId: string;
  plan: Plan;
}

export interface PlannedWork {
  plan: Plan;
  outputsPerDocument: number;
}

export interface Parallelism {
  workers: number;
  processesPerWorker: number;
}

export interface Following {
  destination: Store;
  console: Console;
  /** Aborted when this process has to leave. */
  stop: AbortSignal;
  /** How long to stay. */
  seconds: number;
  /** Hears how the run goes on, at every look. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

export type EngineEnd =
  /** Every chunk has been worked on; the results tell how well. */
  | { outcome: "ended" }
  | { outcome: "cancelled" }
  /** It goes on without this process. */
  | { outcome: "running" }
  /** A worker cannot do its work at all, and no other could. */
  | { outcome: "refused"; message: string };
