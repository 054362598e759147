import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { outputFormats } from "../../worker/contract.ts";
import { prepareRun } from "./prepared-run.ts";
import { endOf, startWorker } from "./program.ts";
import { below, shuffled } from "./random.ts";

/**
 * Has the documents of a folder read in an order, in chunks and with a number of processes that chance decides.
 * Returns a hash of each output by its key.
 */
export async function readInCompany(
  source: string,
  destination: string,
  random: () => number,
): Promise<Map<string, string>> {
  const runId = "one";
  const processes = 1 + below(3, random);
  const { chunks } = await prepareRun(source, destination, {
    runId,
    outputs: [...outputFormats],
    cut: (documents) => cutAtRandom(shuffled(documents, random), random),
  });
  for (let chunk = 0; chunk < chunks; chunk++) {
    const { exitCode, errors } = await endOf(startWorker({ destination, runId, chunk, processes }));
    if (exitCode !== 0) throw new Error(`The worker ended with ${exitCode}. ${errors}`);
  }
  return hashesOf(destination);
}

/** One to four groups. */
function cutAtRandom<T>(things: T[], random: () => number): T[][] {
  const cuts = Array.from({ length: below(4, random) }, () => below(things.length, random));
  const bounds = [0, ...new Set(cuts), things.length].sort((a, b) => a - b);
  const groups = bounds.slice(1).map((end, index) => things.slice(bounds[index], end));
  return groups.filter((group) => group.length > 0);
}

async function hashesOf(destination: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const entry of await readdir(destination, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(destination, path);
    if (!entry.isFile() || key.startsWith(".textmill/")) continue;
    hashes.set(
      key,
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    );
  }
  return hashes;
}
