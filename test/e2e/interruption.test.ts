import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readJobAttempts } from "../../action/engines/batch/job-attempts.ts";
import { exitCodes, runKeys } from "../../worker/contract.ts";
import { parseResults } from "../../worker/run-files.ts";
import {
  jobsOf,
  localOutputs,
  makeAccount,
  outputsIn,
  putSources,
  readRunFolder,
  runOnAccount,
  storeAt,
  type TestAccount,
  textAt,
} from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { interrupt, runningJobs } from "../support/stand-in.ts";

const inputs = { "run-id": "spot", "chunk-minutes": "0.2" };

describe.skipIf(!awsUnderTest?.isStandIn)("Spot interruptions (skipped where none can be made)", () => {
  test("of every child, again and again, lose no document and change no byte", async () => {
    const account = await makeAccount("eu-west-1");
    const documents = await goodDocuments(28);
    await putSources(account, documents);
    const expected = await localOutputs(documents);

    const interruptions = new Map<string, number>();
    const run = runOnAccount(account, inputs);
    await untilSettled(run, async () => {
      await pause(1000 + Math.random() * 4000);
      for (const id of await runningChildren(account)) {
        const times = interruptions.get(id) ?? 0;
        // One fewer than the attempts that a job has.
        if (times === 4) continue;
        interruptions.set(id, times + 1);
        await interrupt(id);
      }
      for (const [key, text] of await outputsIn(account)) expect(text, key).toBe(expected.get(key));
    });
    const end = await run;

    expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
    expect(await outputsIn(account)).toEqual(expected);
    const folder = await readRunFolder(account, inputs["run-id"]);
    expect(folder.report).toMatchObject({ outcome: "succeeded", documents: { done: 28, missing: 0 } });
    expect(interruptions.size).toBe(folder.run.chunks);
    await expectEveryAttemptKept(account, interruptions);
    expect(folder.report.cost.compute.lost.seconds).toBeCloseTo(await lostSeconds(account), 1);
  });

  test("that go on until Spot gives up leave the rest to be done on demand, once", async () => {
    const account = await makeAccount("eu-west-1");
    const documents = await goodDocuments(14);
    await putSources(account, documents);
    const run = runOnAccount(account, { ...inputs, capacity: "spot-then-on-demand" });
    await untilSettled(run, async () => {
      const [spot, onDemand] = await jobsOf(account, inputs["run-id"]);
      if (onDemand === undefined) {
        for (const id of await runningJobs()) if (id.startsWith(spot ?? "none")) await interrupt(id);
      }
      await pause(500);
    });
    const end = await run;
    expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
    const { report } = await readRunFolder(account, inputs["run-id"]);
    expect(report).toMatchObject({ outcome: "succeeded", documents: { done: 14, missing: 0 } });
    expect(report.cost.capacity.spot).toMatchObject({
      usd: expect.any(Number),
      attempts: expect.any(Number),
    });
    expect(report.cost.capacity["on-demand"].usd).toBeGreaterThan(0);
    expect(report.cost.capacity.spot.usd).toBeGreaterThan(0);
    expect(await jobsOf(account, inputs["run-id"])).toHaveLength(2);
    expect(await outputsIn(account)).toEqual(await localOutputs(documents));
  });
});

async function untilSettled(work: Promise<unknown>, step: () => Promise<void>): Promise<void> {
  let isSettled = false;
  const settled = work.finally(() => {
    isSettled = true;
  });
  while (!isSettled) await step();
  await settled;
}

async function runningChildren(account: TestAccount): Promise<string[]> {
  const [job = "none yet"] = await jobsOf(account, inputs["run-id"]);
  return (await runningJobs()).filter((id) => id.startsWith(job));
}

/** The results of each chunk tell of its interrupted attempts and of the one that ended it. */
async function expectEveryAttemptKept(account: TestAccount, interruptions: ReadonlyMap<string, number>) {
  for (const [id, times] of interruptions) {
    const chunk = Number(id.split(":")[1] ?? 0);
    const key = runKeys.chunkResults(inputs["run-id"], chunk);
    const { attempts } = parseResults(await textAt(storeAt(account.destination), key), key);
    const ends = attempts.map(({ ended }) => ended?.why ?? "killed");
    expect(ends.at(-1)).toBe("finished");
    // One that was interrupted before it could write left no trace but AWS Batch's.
    expect(ends.length).toBeLessThanOrEqual(times + 1);
    expect(ends.length).toBeGreaterThan(1);
  }
}

/** By hand, attempt for attempt: the time of those that did not finish, less the share of their pages that stands. */
async function lostSeconds(account: TestAccount): Promise<number> {
  const store = storeAt(account.destination);
  const { run } = await readRunFolder(account, inputs["run-id"]);
  let lost = 0;
  for (const told of await readJobAttempts(store, run)) {
    if (told.exitCode === exitCodes.finished.code || told.startedAt === null) continue;
    const key = runKeys.chunkResults(run.runId, told.index);
    const { attempts, results } = parseResults(await textAt(store, key), key);
    const worker = attempts.find(({ job }) => job?.id === told.jobId && job.attempt === told.attempt);
    const kept = results
      .filter((result) => result.attempt === worker?.attempt && result.status === "done")
      .reduce((pages, result) => pages + (result.status === "done" ? result.pages : 0), 0);
    const share = worker !== undefined && worker.pages > 0 ? Math.min(1, kept / worker.pages) : 0;
    lost += ((Date.parse(told.stoppedAt) - Date.parse(told.startedAt)) / 1000) * (1 - share);
  }
  return lost;
}
