/** Brings what AWS Batch takes its time over (compute environments, job queues) to the wanted state. */
import { type Drift, driftTable } from "./drift.ts";
import { AwsError } from "./errors.ts";
import { refuseForeign, type Tags } from "./tags.ts";

/** What an `ensure…` did. */
export type Change = "none" | "created" | "updated";

/** Where an `ensure…` says what it does, and how it waits. */
export interface Surroundings {
  log(line: string): void;
  wait(seconds: number): Promise<void>;
}

/** What compute environments and job queues have in common. */
interface Described {
  status?: string | undefined;
  statusReason?: string | undefined;
  state?: string | undefined;
  tags?: Tags | undefined;
}

export interface BatchResource<Found extends Described> {
  /** E.g. `job queue textmill-spot`. */
  label: string;
  find(): Promise<Found | undefined>;
  create(): Promise<unknown>;
  /** Throws an `AwsError` for what cannot be mended. */
  drift(found: Found): Drift[];
  update(): Promise<unknown>;
  /** The AWS command that enables it. */
  enable: string;
  /** What usually makes it INVALID, and what to do, as a sentence. */
  usualCauses: string;
}

/**
 * The resource as wanted and VALID. Others may do the same at the same time: who loses a race looks again. What is
 * not Textmill's, was disabled, is being deleted, stays INVALID or does not settle is refused with an `AwsError`.
 */
export async function ensureValid<Found extends Described>(
  resource: BatchResource<Found>,
  around: Surroundings,
): Promise<{ found: Found; change: Change }> {
  let change: Change = "none";
  if ((await look(resource)) === undefined && (await isOurs(resource.create(), /already exists/i))) {
    around.log(`Created the ${resource.label}.`);
    change = "created";
  }
  for (let updates = 0; updates <= maxUpdates; updates++) {
    const found = await settle(resource, around);
    const drift = resource.drift(found);
    if (drift.length === 0) {
      if (found.status === "INVALID") throw invalid(resource, found);
      return { found, change };
    }
    around.log(`Updating the ${resource.label}:`);
    for (const line of driftTable(drift)) around.log(line);
    if ((await isOurs(resource.update(), /being modified/i)) && change === "none") change = "updated";
    await around.wait(1);
  }
  throw new AwsError(
    `The ${resource.label} was updated ${maxUpdates} times and still is not as wanted: something else changes it ` +
      "back. Let only one run at a time change its settings.",
  );
}

/** What is there and how it differs; refuses what `ensureValid` refuses, and changes nothing. */
export async function inspect<Found extends Described>(
  resource: BatchResource<Found>,
): Promise<{ found: Found; drift: Drift[] } | undefined> {
  const found = await look(resource);
  if (found === undefined) return undefined;
  const drift = resource.drift(found);
  if (drift.length === 0 && found.status === "INVALID") throw invalid(resource, found);
  return { found, drift };
}

const maxUpdates = 4;

/** `false` when the change was refused because another run makes the same one. */
async function isOurs(change: Promise<unknown>, lostRace: RegExp): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof Error && lostRace.test(error.message)) return false;
    throw error;
  }
}

async function look<Found extends Described>(resource: BatchResource<Found>): Promise<Found | undefined> {
  const found = await resource.find();
  if (found === undefined || found.status === "DELETED") return undefined;
  refuseForeign(resource.label, found.tags);
  if (found.status === "DELETING") {
    throw new AwsError(
      `The ${resource.label} is being deleted. Run again in a few minutes, when it is gone.`,
    );
  }
  if (found.state === "DISABLED") {
    throw new AwsError(
      `The ${resource.label} is disabled; someone wanted no jobs to start. To enable it: ${resource.enable}`,
    );
  }
  return found;
}

const settleSeconds = 300;

/** VALID or INVALID. Right after its creation it may not be seen yet. */
async function settle<Found extends Described>(
  resource: BatchResource<Found>,
  { wait }: Surroundings,
): Promise<Found> {
  let status = "not there";
  for (let waited = 0, pause = 1; waited < settleSeconds; waited += pause, pause = Math.min(pause + 1, 5)) {
    const found = await look(resource);
    if (found?.status === "VALID" || found?.status === "INVALID") return found;
    status = found?.status ?? "not there";
    await wait(pause);
  }
  throw new AwsError(
    `The ${resource.label} is still ${status} after ${settleSeconds / 60} minutes. ` +
      "Look at it in the console of AWS Batch, and run again.",
  );
}

const invalid = ({ label, usualCauses }: BatchResource<Described>, { statusReason }: Described) =>
  new AwsError(`The ${label} is INVALID. AWS Batch says: ${statusReason || "nothing"}. ${usualCauses}`);
