import { describe, expect, it, onTestFinished, vi } from "vitest";
import { watchWorkers } from "../../../action/engines/watch-workers.ts";
import { runKeys } from "../../../worker/contract.ts";
import { StoreError } from "../../../worker/store.ts";
import { batchRun } from "../../support/batch-run.ts";
import { listeningConsole } from "../../support/console.ts";
import { memoryStore } from "../../support/memory-store.ts";

const run = batchRun();

const resultsOf = (done: number) =>
  `${JSON.stringify({ type: "attempt", version: 1, attempt: 1, pages: done, documents: { done, failed: 0, skipped: 0 } })}\n`;

function world() {
  vi.useFakeTimers({ toFake: ["performance"] });
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.useRealTimers();
    written.mockRestore();
  });
  const destination = memoryStore();
  let waited = 0;
  const stop = new AbortController().signal;
  return {
    destination,
    waited: () => waited,
    watch: (onWait: (waited: number) => void) =>
      watchWorkers(
        run,
        { destination, console: listeningConsole(), stop, seconds: 3600 },
        async (seconds) => {
          waited += seconds;
          vi.advanceTimersByTime(seconds * 1000);
          onWait(waited);
        },
      ),
    write: (done: number) => destination.texts.set(runKeys.chunkResults(run.runId, 0), resultsOf(done)),
  };
}

describe("watching workers of another process", () => {
  it("sees the end", async () => {
    const { watch, write } = world();
    expect(await watch((waited) => void write(Math.min(run.totals.documents, Math.floor(waited))))).toEqual({
      outcome: "ended",
    });
  });

  it("takes a minute of silence for the end of the worker", async () => {
    const { watch, waited } = world();
    expect(await watch(() => {})).toEqual({ outcome: "cancelled" });
    expect(waited()).toBeLessThan(90);
  });

  it("does not take two minutes in which S3 cannot be read for silence", async () => {
    const { watch, write, waited, destination } = world();
    const { list } = destination;
    destination.list = (prefix) => {
      if (waited() < 20 || waited() > 140) return list(prefix);
      const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      throw new StoreError("broken", "S3 failed", { cause });
    };
    const end = await watch((seconds) => void (seconds > 150 && write(run.totals.documents)));
    expect(end).toEqual({ outcome: "ended" });
  });
});
