import { expect, test } from "vitest";
import { exitCodes } from "../../worker/contract.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { outputsOf, temporaryFolder } from "../support/folders.ts";
import { interruptWorker } from "../support/interruptions.ts";
import { prepareRun } from "../support/prepared-run.ts";

test("a worker told to leave at any moment leaves soon, and no finished document is done again", async () => {
  const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
  const documents = await goodDocuments(45);
  for (const { key, bytes } of documents) await putDocument(source, key, bytes);
  await prepareRun(source, destination, { runId: "one" });
  const moments = [0, 0.2, ...Array.from({ length: 8 }, () => 1 + Math.random() * 3), 300];
  for await (const interruption of interruptWorker(destination, "one", moments)) {
    expect(interruption).toMatchObject({ redone: [] });
    expect(interruption.exitSeconds).toBeLessThan(10);
    const isAllDone = interruption.finished === documents.length;
    const codes = isAllDone ? [exitCodes.finished.code] : [exitCodes.interrupted.code, null];
    expect(codes).toContain(interruption.exitCode);
  }
  expect((await outputsOf(destination)).size).toBe(documents.length);
});
