/** Files of a destination's runs that nothing needs any more. What makes a run's report, and the report itself, stay. */
import { runKeys, runsPrefix } from "../../worker/contract.ts";
import { ContractError } from "../../worker/run-files.ts";
import type { Store, StoredObject } from "../../worker/store.ts";
import { markCleaned, readReport } from "../run-folder.ts";

export interface UnneededFiles {
  runId: string;
  /** `never begun`: chunks were written, and then the planner died before the run existed. */
  why: "succeeded" | "partial" | "failed" | "cancelled" | "never begun";
  /** When the newest file of the run was written. */
  newest: Date;
  keys: string[];
  bytes: number;
}

const day = 24 * 60 * 60 * 1000;
/** Without a sign of life from anyone. */
const keptDays = 30;

/** Run after run, in the order of their ids; `warn` hears of runs that cannot be understood, and are left alone. */
export async function* unneededFiles(
  destination: Store,
  now: Date,
  warn: (line: string) => void,
): AsyncGenerator<UnneededFiles> {
  for await (const { scratch, newest, ...folder } of runFolders(destination)) {
    if (scratch.length === 0 || now.getTime() - newest <= keptDays * day) continue;
    const why = await whyUnneeded(destination, { scratch, ...folder }, warn);
    if (why === undefined) continue;
    yield {
      runId: folder.runId,
      why,
      newest: new Date(newest),
      keys: scratch.map(({ key }) => key),
      bytes: scratch.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}

/** May be interrupted: the next time goes on with it. */
export async function removeFiles(
  destination: Store,
  { runId, why, keys }: UnneededFiles,
  now: Date,
): Promise<void> {
  if (why !== "never begun") await markCleaned(destination, runId, now);
  await destination.remove(keys);
}

/** Of writers that were killed: no write goes on for a day. */
export async function unfinishedWrites(destination: Store, now: Date): Promise<StoredObject[]> {
  const old: StoredObject[] = [];
  for await (const file of destination.unfinishedWrites()) {
    if (now.getTime() - file.lastModified.getTime() > day) old.push(file);
  }
  return old;
}

// --- Folders of runs -------------------------------------------------------------------------

interface RunFolder {
  runId: string;
  /** Time of the newest file, in milliseconds. */
  newest: number;
  /** What an ended run does not need. */
  scratch: StoredObject[];
  /** Keys of all else. */
  others: string[];
}

/** One after the other, as they are listed: never more than the files of one run in memory. */
async function* runFolders(destination: Store): AsyncGenerator<RunFolder> {
  let folder: RunFolder | undefined;
  for await (const object of destination.list(runsPrefix)) {
    const runId = object.key.slice(runsPrefix.length).split("/", 1)[0] ?? "";
    if (!object.key.startsWith(runKeys.folder(runId))) continue;
    if (folder?.runId !== runId) {
      if (folder !== undefined) yield folder;
      folder = { runId, newest: 0, scratch: [], others: [] };
    }
    add(folder, object);
  }
  if (folder !== undefined) yield folder;
}

function add(folder: RunFolder, object: StoredObject): void {
  const { runId } = folder;
  const { key } = object;
  // An interrupted cleanup leaves it, and is gone on with at once.
  if (key === runKeys.cleaned(runId)) return;
  folder.newest = Math.max(folder.newest, object.lastModified.getTime());
  const scratchFolders = [runKeys.chunks(runId), runKeys.results(runId), runKeys.jobs(runId)];
  const isScratch =
    key === runKeys.leftOver(runId) || scratchFolders.some((prefix) => key.startsWith(prefix));
  if (isScratch) folder.scratch.push(object);
  else folder.others.push(key);
}

/** `undefined` when the run may still be gone on with, or when it cannot be told. */
async function whyUnneeded(
  destination: Store,
  { runId, scratch, others }: Omit<RunFolder, "newest">,
  warn: (line: string) => void,
): Promise<UnneededFiles["why"] | undefined> {
  const isPlanOnly = others.length === 0 && scratch.every(({ key }) => key.startsWith(runKeys.chunks(runId)));
  if (isPlanOnly) return "never begun";
  if (![runKeys.run(runId), runKeys.allResults(runId)].every((key) => others.includes(key))) return undefined;
  try {
    const outcome = (await readReport(destination, runId))?.outcome;
    return outcome === "running" ? undefined : outcome;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    warn(`leaving the run ${runId} as it is: ${error.message}`);
    return undefined;
  }
}
