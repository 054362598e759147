import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AwsError } from "../../../../action/aws/errors.ts";
import { followBatchRun } from "../../../../action/engines/batch/follow-run.ts";
import { readJobAttempts } from "../../../../action/engines/batch/job-attempts.ts";
import type { Progress } from "../../../../action/progress.ts";
import { exitCodes, runKeys } from "../../../../worker/contract.ts";
import { ContractError } from "../../../../worker/run-files.ts";
import { StoreError } from "../../../../worker/store.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { listeningConsole } from "../../../support/console.ts";
import { hangUp, type MadeUpBatch, madeUpBatch, refusal, throttled } from "../../../support/made-up-batch.ts";
import { memoryStore } from "../../../support/memory-store.ts";

const spotThenOnDemand = batchRun({ engine: { capacity: "spot-then-on-demand" } });

/** `performance.now` and whatever is waited for follow made-up time; `onWait` is what happens meanwhile. */
function world(run = batchRun()) {
  vi.useFakeTimers({ toFake: ["performance"] });
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.useRealTimers();
    write.mockRestore();
  });
  const batch = madeUpBatch();
  const destination = memoryStore();
  const stop = new AbortController();
  let waitedSeconds = 0;
  const follow = (seconds = 7 * 24 * 3600, onWait: (waited: number) => void = () => {}) =>
    followBatchRun(
      batch.client(),
      run,
      { destination, console: listeningConsole(), stop: stop.signal, seconds },
      async (waitSeconds) => {
        waitedSeconds += waitSeconds;
        vi.advanceTimersByTime(waitSeconds * 1000);
        onWait(waitedSeconds);
      },
    );
  return {
    batch,
    destination,
    stop,
    follow,
    said: () => write.mock.calls.map(([text]) => String(text)).join(""),
    waited: () => waitedSeconds,
    at: (second: number, change: () => void) => {
      let isDone = false;
      return (waited: number) => {
        if (isDone || waited < second) return;
        isDone = true;
        change();
      };
    },
  };
}

const resultsOf = (done: number) =>
  `${JSON.stringify({ type: "attempt", version: 1, attempt: 1, pages: done, documents: { done, failed: 0, skipped: 0 } })}\n`;

const attempts = [{ startedAt: 1_000_000, stoppedAt: 1_060_000, container: { exitCode: 0 } }];

const endFirst = (batch: MadeUpBatch) => batch.end(batch.jobs[0], "SUCCEEDED", { attempts });

describe("following a run on AWS Batch", () => {
  it("submits it, stays until its jobs are over, and keeps their attempts", async () => {
    const run = batchRun();
    const { batch, destination, follow, at, said } = world(run);
    expect(
      await follow(
        3600,
        at(30, () => endFirst(batch)),
      ),
    ).toEqual({ outcome: "ended" });
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
    expect(await readJobAttempts(destination, run)).toHaveLength(3);
    expect(said()).toMatch(/jobs: 3 runnable[\s\S]*jobs: 3 succeeded/);
  });

  it("tells at every look how far the run is", async () => {
    const run = batchRun();
    const { batch, destination, stop } = world(run);
    destination.texts.set(runKeys.chunkResults(run.runId, 0), resultsOf(12));
    const told: number[] = [];
    const following = { destination, console: listeningConsole(), stop: stop.signal, seconds: 60 };
    const onProgress = ({ documents }: Progress) => void told.push(documents.done);
    await followBatchRun(batch.client(), run, { ...following, onProgress }, async (seconds) => {
      vi.advanceTimersByTime(seconds * 1000);
    });
    expect(told.length).toBeGreaterThanOrEqual(6);
    expect(new Set(told)).toEqual(new Set([12]));
  });

  it("says how the jobs stand when that changes, and only then", async () => {
    const { batch, follow, at, said } = world();
    await follow(
      3600,
      at(120, () => endFirst(batch)),
    );
    expect(said().match(/jobs: 3 runnable/g)).toHaveLength(1);
  });

  it("reads the results once more after the end", async () => {
    const run = batchRun();
    const { batch, destination, follow, at, said } = world(run);
    await follow(
      3600,
      at(30, () => {
        endFirst(batch);
        destination.texts.set(runKeys.chunkResults(run.runId, 0), resultsOf(30));
      }),
    );
    expect(said()).toContain("30/30 documents");
  });

  it("tolerates that AWS Batch does not know the job at first", async () => {
    const { batch, follow } = world();
    let isKnown = false;
    batch.shows = () => isKnown;
    const end = await follow(3600, (waited) => {
      isKnown = waited > 6;
      if (waited > 30) endFirst(batch);
    });
    expect(end).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("ends when AWS Batch has forgotten the jobs, says so, and keeps the attempts that were kept before", async () => {
    const run = batchRun();
    const { batch, destination, follow, at, said } = world(run);
    await follow(
      3600,
      at(30, () => endFirst(batch)),
    );
    batch.shows = () => false;
    expect(await follow()).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(1);
    expect(await readJobAttempts(destination, run)).toHaveLength(3);
    expect(said()).toMatch(/AWS Batch does not know 1 job of the run.*a week/);
  });

  it("refuses to end a run of this week whose jobs AWS Batch does not know: it looks in the wrong account", async () => {
    const run = batchRun({ createdAt: new Date().toISOString() });
    const { batch, destination, follow } = world(run);
    batch.shows = () => false;
    const end = follow();
    await expect(end).rejects.toThrow(AwsError);
    await expect(end).rejects.toThrow(/does not know 1 job of the run.*credentials/);
    expect(destination.texts.has(runKeys.jobAttempts(run.runId))).toBe(false);
  });

  it("leaves when its time is up, and keeps the attempts so far; a later one sees the end", async () => {
    const run = batchRun();
    const { batch, destination, follow, waited } = world(run);
    expect(await follow(60)).toEqual({ outcome: "running" });
    expect(waited()).toBeGreaterThanOrEqual(60);
    expect(waited()).toBeLessThan(75);
    expect(destination.texts.has(runKeys.jobAttempts(run.runId))).toBe(true);
    endFirst(batch);
    expect(await follow(60)).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("leaves at once when it is stopped: there are seconds left", async () => {
    const { batch, stop, follow } = world();
    let looks = 0;
    const end = await follow(3600, () => {
      stop.abort();
      looks = batch.inputsOf("describejobs").length;
    });
    expect(end).toEqual({ outcome: "running" });
    expect(batch.inputsOf("describejobs")).toHaveLength(looks);
    expect(batch.jobs[0]?.terminated).toBeUndefined();
  });

  it("asks ever more seldom, at least every ten seconds", async () => {
    const { batch, follow } = world();
    await follow(3600);
    const looks = batch.inputsOf("describejobs").length;
    expect(looks).toBeGreaterThan(3600 / 10);
    expect(looks).toBeLessThan(3600 / 10 + 60);
  });
});

describe("a look that fails", () => {
  const isLook = (operation: string) => operation === "describejobs";

  it.each([
    { name: "AWS Batch throttles", fault: () => throttled },
    { name: "AWS Batch fails", fault: () => refusal(502, "BadGateway") },
    {
      name: "the network is away",
      fault: () => {
        throw hangUp();
      },
    },
  ])("for minutes, because $name, does not end the watch", async ({ fault }) => {
    const { batch, follow, waited, said } = world();
    batch.between = async ({ operation, serve }) =>
      isLook(operation) && waited() > 60 && waited() < 300 ? fault() : serve();
    const end = await follow(3600, (seconds) => {
      if (seconds > 600) endFirst(batch);
    });
    expect(end).toEqual({ outcome: "ended" });
    expect(said().match(/looking at the run fails/g)).toHaveLength(1);
    expect(said().match(/looking at the run works again/g)).toHaveLength(1);
  });

  it("at S3 does not end it either", async () => {
    const run = batchRun();
    const { batch, destination, follow, waited } = world(run);
    const { list } = destination;
    destination.list = (prefix) => {
      if (waited() < 60 || waited() > 300) return list(prefix);
      const cause = Object.assign(new Error("Please reduce your request rate."), { name: "SlowDown" });
      throw new StoreError("broken", "S3 failed", { cause });
    };
    const end = await follow(3600, (seconds) => {
      if (seconds > 600) endFirst(batch);
    });
    expect(end).toEqual({ outcome: "ended" });
  });

  it("for five minutes ends it, with what AWS says", async () => {
    const { batch, follow, waited } = world();
    batch.between = async ({ operation, serve }) =>
      isLook(operation) && waited() > 60 ? refusal(503, "ServiceUnavailable", "later") : serve();
    await expect(follow()).rejects.toThrow("later");
    expect(waited()).toBeGreaterThan(60 + 300);
    expect(waited()).toBeLessThan(60 + 330);
  });

  it("does not keep a watcher beyond its time", async () => {
    const { batch, follow, waited } = world();
    batch.between = async ({ operation, serve }) =>
      isLook(operation) && waited() > 60 && waited() < 120 ? throttled : serve();
    expect(await follow(120)).toEqual({ outcome: "running" });
    expect(waited()).toBeLessThan(140);
  });

  it.each([
    { name: "denied", answer: refusal(403, "AccessDeniedException", "not for you") },
    { name: "refused", answer: refusal(400, "ClientException", "not for you") },
  ])("because it is $name ends it at once", async ({ answer }) => {
    const { batch, follow, waited } = world();
    batch.between = async ({ operation, serve }) => (isLook(operation) && waited() > 60 ? answer : serve());
    await expect(follow()).rejects.toThrow("not for you");
    expect(waited()).toBeLessThan(80);
  });

  it("because a file is of another version ends it at once", async () => {
    const run = batchRun();
    const { destination, follow, waited } = world(run);
    const wrong = '{"type":"attempt","version":99}\n';
    const end = follow(3600, () => void destination.texts.set(runKeys.chunkResults(run.runId, 0), wrong));
    await expect(end).rejects.toThrow(ContractError);
    expect(waited()).toBeLessThan(20);
  });
});

describe("a run whose jobs do not start", () => {
  it("is explained after five minutes, with what AWS Batch says, once", async () => {
    const { batch, follow, at, said } = world();
    await follow(
      900,
      at(1, () => {
        for (const child of batch.jobs[0]?.children.values() ?? []) {
          child.statusReason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE";
        }
      }),
    );
    expect(said().match(/no job has started for 5/g)).toHaveLength(1);
    expect(said()).toContain("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE");
  });

  it("is waited for when it is on Spot capacity only", async () => {
    const { batch, follow } = world();
    expect(await follow(3600)).toEqual({ outcome: "running" });
    expect(batch.jobs[0]?.terminated).toBeUndefined();
  });

  it("goes on demand after twenty minutes when that was asked for", async () => {
    const { batch, follow, said, waited } = world(spotThenOnDemand);
    let startedOnDemand = 0;
    const end = await follow(2 * 3600, () => {
      if (batch.jobs.length < 2) return;
      startedOnDemand ||= waited();
      batch.end(batch.jobs[1], "SUCCEEDED");
    });
    expect(end).toEqual({ outcome: "ended" });
    expect(startedOnDemand).toBeGreaterThanOrEqual(20 * 60);
    expect(startedOnDemand).toBeLessThan(21 * 60);
    expect(batch.jobs.map(({ jobQueue, size }) => [jobQueue.split("/").at(-1), size])).toEqual([
      ["textmill-spot", 3],
      ["textmill-on-demand", 3],
    ]);
    expect(said().match(/giving it up/g)).toHaveLength(1);
  });

  it("is not given up on while one of its children runs", async () => {
    const { batch, follow, at } = world(spotThenOnDemand);
    const end = await follow(
      3600,
      at(600, () => batch.jobs[0]?.children.set(0, { status: "RUNNING" })),
    );
    expect(end).toEqual({ outcome: "running" });
    expect(batch.jobs.map(({ terminated }) => terminated)).toEqual([undefined]);
  });

  it("on demand is not given up on", async () => {
    const { batch, follow, at } = world(spotThenOnDemand);
    const end = await follow(
      2 * 3600,
      at(30, () => batch.end(batch.jobs[0], "FAILED")),
    );
    expect(end).toEqual({ outcome: "running" });
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED", "PENDING"]);
  });
});

describe("what Spot capacity left over", () => {
  const spotLeaves = (batch: MadeUpBatch) => {
    batch.end(batch.jobs[0], "SUCCEEDED");
    batch.jobs[0]?.children.set(1, { status: "FAILED", container: { exitCode: 137 } });
    if (batch.jobs[0]) batch.jobs[0].status = "FAILED";
  };

  it("is done on demand once, and not a second time", async () => {
    const { batch, destination, follow } = world(spotThenOnDemand);
    const end = await follow(3600, (waited) => {
      if (waited > 10 && batch.jobs.length === 1) spotLeaves(batch);
      if (batch.jobs.length === 2) batch.end(batch.jobs[1], "FAILED", { container: { exitCode: 137 } });
    });
    expect(end).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(2);
    expect(destination.texts.get(runKeys.leftOver(spotThenOnDemand.runId))).toContain("[1]");
  });

  it("is left when only Spot capacity was asked for", async () => {
    const { batch, follow, at } = world();
    expect(
      await follow(
        3600,
        at(10, () => spotLeaves(batch)),
      ),
    ).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("is left when a worker refused it", async () => {
    const { batch, follow, at } = world(spotThenOnDemand);
    const refuse = () =>
      batch.end(batch.jobs[0], "FAILED", { container: { exitCode: exitCodes.refused.code } });
    expect(await follow(3600, at(10, refuse))).toEqual({ outcome: "ended" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("is submitted once by two that watch", async () => {
    const { batch, follow } = world(spotThenOnDemand);
    const onWait = (waited: number) => {
      if (waited > 10 && batch.jobs.length === 1) spotLeaves(batch);
      if (waited > 60 && batch.jobs.length === 2) batch.end(batch.jobs[1], "SUCCEEDED", { attempts });
    };
    const ends = await Promise.all([follow(3600, onWait), follow(3600, onWait)]);
    expect(ends).toEqual([{ outcome: "ended" }, { outcome: "ended" }]);
    expect(batch.inputsOf("submitjob")).toHaveLength(2);
  });
});

describe("a run that is cancelled", () => {
  const cancelled = '{"version":1}';

  it("while it is followed ends as cancelled, and nothing goes on demand", async () => {
    const { batch, destination, follow, at } = world(spotThenOnDemand);
    const end = await follow(
      3600,
      at(30, () => {
        destination.texts.set(runKeys.cancelled(spotThenOnDemand.runId), cancelled);
        batch.end(batch.jobs[0], "FAILED");
      }),
    );
    expect(end).toEqual({ outcome: "cancelled" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("while its left-over chunks are submitted has the attempts of all its jobs kept", async () => {
    const { batch, destination, follow } = world(spotThenOnDemand);
    batch.between = async ({ operation, input, serve }) => {
      const answer = serve();
      if (operation === "submitjob" && String(input.jobName).includes("left-over")) {
        destination.texts.set(runKeys.cancelled(spotThenOnDemand.runId), cancelled);
        for (const child of batch.jobs[1]?.children.values() ?? []) child.attempts = attempts;
      }
      return answer;
    };
    const end = await follow(3600, () => {
      if (batch.jobs.length === 1) batch.end(batch.jobs[0], "FAILED", { attempts });
    });
    expect(end).toEqual({ outcome: "cancelled" });
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED", "FAILED"]);
    const kept = await readJobAttempts(destination, spotThenOnDemand);
    expect(kept.map(({ kind }) => kind)).toEqual([
      ...Array<string>(3).fill("spot"),
      ...Array<string>(3).fill("on-demand"),
    ]);
  });

  it("in a hurry is ended, and its attempts kept, by whoever follows it later", async () => {
    const run = batchRun();
    const { batch, destination, follow } = world(run);
    await follow(10);
    destination.texts.set(runKeys.cancelled(run.runId), cancelled);
    for (const child of batch.jobs[0]?.children.values() ?? []) child.attempts = attempts;
    expect(await follow()).toEqual({ outcome: "cancelled" });
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED"]);
    expect(await readJobAttempts(destination, run)).toHaveLength(3);
  });
});
