import { describe, expect, test } from "vitest";
import { markCleaned, unfinishedRuns } from "../../action/run-folder.ts";
import { runKeys } from "../../worker/contract.ts";
import { folderStore } from "../../worker/stores/folder.ts";
import { temporaryFolder } from "../support/folders.ts";
import { putOldRun } from "../support/old-run.ts";

describe("the unfinished runs of a destination", () => {
  test("are those that nobody has reported as ended, cancelled or cleaned up", async () => {
    const destination = folderStore(await temporaryFolder());
    const uncancelled = (runId: string) => ({ files: { [runKeys.cancelled(runId)]: undefined } });
    for (const outcome of ["succeeded", "partial", "failed"] as const) {
      await putOldRun(destination, outcome, outcome, uncancelled(outcome));
    }
    await putOldRun(destination, "cancelled", "running");
    await putOldRun(destination, "running", "running", uncancelled("running"));
    await putOldRun(destination, "cleaned", "running", uncancelled("cleaned"));
    await markCleaned(destination, "cleaned", new Date());
    await putOldRun(destination, "submitted", "running", {
      files: { [runKeys.cancelled("submitted")]: undefined, [runKeys.report("submitted")]: undefined },
    });
    await destination.write(runKeys.chunk("never-begun", 0), "{}");

    const { ids, warnings } = await found(destination);
    expect(ids).toEqual(["running", "submitted"]);
    expect(warnings).toEqual([]);
  });

  test("do not hide behind one that another version wrote", async () => {
    const destination = folderStore(await temporaryFolder());
    for (const runId of ["1", "2"]) {
      await putOldRun(destination, runId, "running", { files: { [runKeys.cancelled(runId)]: undefined } });
    }
    await destination.write(runKeys.run("1"), JSON.stringify({ version: 99 }));
    const { ids, warnings } = await found(destination);
    expect(ids).toEqual(["2"]);
    expect(warnings).toEqual([expect.stringMatching(/^passing over the run 1: .* version 99/)]);
  });

  test("are none where nothing ever ran", async () => {
    const { ids } = await found(folderStore(await temporaryFolder()));
    expect(ids).toEqual([]);
  });
});

async function found(destination: ReturnType<typeof folderStore>) {
  const ids: string[] = [];
  const warnings: string[] = [];
  for await (const { runId } of unfinishedRuns(destination, (line) => warnings.push(line))) ids.push(runId);
  return { ids, warnings };
}
