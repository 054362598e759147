import { describe, expect, it } from "vitest";
import {
  claimJob,
  readRecord,
  recordKey,
  writeRecord,
} from "../../../../action/engines/batch/job-records.ts";
import { ContractError } from "../../../../worker/run-files.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { memoryStore } from "../../../support/memory-store.ts";

const key = recordKey(batchRun(), "all", 0, 1);

describe("the record of a job", () => {
  it("has a key of its own for each set of chunks, offset and claim", () => {
    expect(key).toBe(".textmill/runs/run-1/jobs/all-0000000-1.json");
    expect(recordKey(batchRun(), "left-over", 10_000, 2)).toBe(
      ".textmill/runs/run-1/jobs/left-over-0010000-2.json",
    );
  });

  it("is claimed by one of many", async () => {
    const texts = new Map<string, string>();
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimJob(memoryStore(texts), key)));
    expect(claims.filter((claim) => claim === "ours")).toHaveLength(1);
    expect(claims.filter((claim) => claim !== "ours")).toEqual(Array(19).fill({ state: "claimed" }));
  });

  it("is read as it was written", async () => {
    const store = memoryStore();
    expect(await readRecord(store, key)).toBeUndefined();
    for (const record of [
      { state: "claimed" },
      { state: "submitted", jobId: "job-1" },
      { state: "refused" },
    ] as const) {
      await writeRecord(store, key, record);
      expect(await readRecord(store, key)).toEqual(record);
      expect(await claimJob(store, key)).toEqual(record);
    }
  });

  it.each([
    '{"version":1}',
    '{"version":1,"state":"submitted"}',
    '{"version":1,"state":"lost"}',
    '{"version":2,"state":"claimed"}',
    "",
  ])("is refused when it is %s", async (text) => {
    await expect(readRecord(memoryStore(new Map([[key, text]])), key)).rejects.toThrow(ContractError);
  });

  it("that may not be read is an error, not an absent one", async () => {
    const store = memoryStore();
    store.read = async () => ({ outcome: "access-denied", message: "s3:GetObject is denied" });
    await expect(readRecord(store, key)).rejects.toThrow(/s3:GetObject is denied/);
  });
});
