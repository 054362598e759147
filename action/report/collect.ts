import { type Attempt, type DocumentResult, type Run, runKeys } from "../../worker/contract.ts";
import { parseResults } from "../../worker/run-files.ts";
import type { Store } from "../../worker/store.ts";

/** A chunk's attempts, oldest first, and its results. */
export interface ChunkResults {
  attempts: Attempt[];
  results: DocumentResult[];
}

/** The results of a run, chunk after chunk: never more than one chunk's in memory. */
export async function* collectResults(destination: Store, run: Run): AsyncGenerator<ChunkResults> {
  for await (const { key } of destination.list(runKeys.results(run.runId))) {
    const file = await destination.read(key);
    if (file.outcome !== "read") throw new Error(`Results cannot be read. ${file.message}`);
    yield parseResults(Buffer.from(file.bytes).toString("utf8"), `${destination.location}${key}`);
  }
}
