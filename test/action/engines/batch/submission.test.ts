import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { recordKey } from "../../../../action/engines/batch/job-records.ts";
import { firstRound, jobName, leftOverRound } from "../../../../action/engines/batch/jobs-of-run.ts";
import { ensureSubmitted, findSubmitted } from "../../../../action/engines/batch/submission.ts";
import { runKeys } from "../../../../worker/contract.ts";
import { batchRun } from "../../../support/batch-run.ts";
import { type Call, hangUp, madeUpBatch, refusal, throttled } from "../../../support/made-up-batch.ts";
import { memoryStore } from "../../../support/memory-store.ts";
import { never, type Simulation, simulate } from "../../../support/simulation.ts";

const run = batchRun();
const round = firstRound(run);
const firstClaim = recordKey(run, "all", 0, 1);
const claimed = '{"version":1,"state":"claimed"}\n';
const cancelled = '{"version":1}\n';

function account() {
  const batch = madeUpBatch();
  const destination = memoryStore();
  const waits: number[] = [];
  const submitter = {
    batch: batch.client(),
    destination,
    wait: async (seconds: number) => {
      waits.push(seconds);
    },
  };
  return {
    batch,
    destination,
    waits,
    submit: (of = run, what = round) => ensureSubmitted(submitter, of, what),
    record: (claim = 1) =>
      JSON.parse(destination.texts.get(recordKey(run, "all", 0, claim)) ?? "null") as unknown,
  };
}

/** Only for SubmitJob; all else is served. */
const atSubmit =
  (change: (call: Call) => ReturnType<Call["serve"]> | Promise<ReturnType<Call["serve"]>>) =>
  async (call: Call) =>
    call.operation === "submitjob" ? change(call) : call.serve();

const submitted = (id: string) => ({
  outcome: "submitted",
  jobs: [{ offset: 0, size: 3, id, round }],
});

describe("the jobs of a round", () => {
  it("are submitted once, and found by whoever comes later", async () => {
    const { batch, submit, record, waits } = account();
    expect(await submit()).toEqual(submitted("job-1"));
    expect(record()).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it("are as few as AWS Batch allows, each claimed for itself", async () => {
    const { batch, submit, destination } = account();
    const large = batchRun({ chunks: 10_001 });
    expect(await submit(large, firstRound(large))).toMatchObject({
      outcome: "submitted",
      jobs: [
        { offset: 0, size: 10_000, id: "job-1" },
        { offset: 10_000, size: 1, id: "job-2" },
      ],
    });
    expect(batch.inputsOf("submitjob").map(({ arrayProperties }) => arrayProperties)).toEqual([
      { size: 10_000 },
      undefined,
    ]);
    expect([...destination.texts.keys()]).toEqual([
      recordKey(large, "all", 0, 1),
      recordKey(large, "all", 10_000, 1),
    ]);
  });

  it("of the left-over chunks are other jobs, on demand", async () => {
    const { batch, submit } = account();
    await submit();
    await submit(run, leftOverRound(2));
    expect(batch.inputsOf("submitjob").map(({ jobName, jobQueue }) => [jobName, jobQueue])).toEqual([
      [jobName(run, "all", 0), run.engine.queues.spot],
      [jobName(run, "left-over", 0), run.engine.queues["on-demand"]],
    ]);
  });
});

describe("a claim that a dead process left", () => {
  it("is fulfilled by its job when there is one of its name", async () => {
    const { batch, submit, record } = account();
    batch.between = atSubmit(({ serve }) => {
      serve();
      return never();
    });
    void submit();
    await vi.waitFor(() => expect(batch.jobs).toHaveLength(1));
    batch.between = async ({ serve }) => serve();
    expect(await submit()).toEqual(submitted("job-1"));
    expect(record()).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
    expect(batch.jobs).toHaveLength(1);
  });

  it("is fulfilled by a job that AWS Batch lists late", async () => {
    const { batch, submit, destination, waits } = account();
    await submit();
    destination.texts.set(firstClaim, claimed);
    batch.shows = () => waits.length >= 6;
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.jobs).toHaveLength(1);
  });

  it("is followed by another one when no job has shown for much longer than a call may take", async () => {
    const { batch, submit, destination, waits, record } = account();
    destination.texts.set(firstClaim, claimed);
    expect(await submit()).toEqual(submitted("job-1"));
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBeGreaterThanOrEqual(2 * 20);
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
    expect(record(2)).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
  });

  it("is looked for after the last wait too", async () => {
    const { batch, submit, destination, waits } = account();
    await submit();
    destination.texts.set(firstClaim, claimed);
    batch.shows = () => waits.reduce((sum, seconds) => sum + seconds, 0) >= 45;
    expect(await submit()).toEqual(submitted("job-1"));
  });

  it("is not mistaken for that of a job whose name differs in its case", async () => {
    const { batch, submit, destination } = account();
    const other = batchRun({ runId: "RUN-1" });
    await submit(other, firstRound(other));
    destination.texts.set(firstClaim, claimed);
    expect(await submit()).toEqual(submitted("job-2"));
    expect(batch.jobs).toHaveLength(2);
  });
});

describe("an answer to SubmitJob that was lost", () => {
  it("is not asked for by another SubmitJob: the job is found by its name", async () => {
    const { batch, submit, record } = account();
    batch.between = atSubmit(({ serve }) => {
      serve();
      throw hangUp();
    });
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
    expect(record()).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
  });

  it.each([500, 502, 503, 504])("is looked for after a status %i as well", async (status) => {
    const { batch, submit } = account();
    batch.between = atSubmit(({ serve }) => {
      serve();
      return refusal(status, "ServerException");
    });
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.jobs).toHaveLength(1);
  });

  it("is followed by another claim when there is no job, and each submits once", async () => {
    const { batch, submit, record } = account();
    batch.between = atSubmit(({ serve }) => {
      if (batch.inputsOf("submitjob").length < 2) throw hangUp();
      return serve();
    });
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.inputsOf("submitjob")).toHaveLength(2);
    expect(record(1)).toEqual({ version: 1, state: "refused" });
    expect(record(2)).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
  });

  it("time after time is an error in the end", async () => {
    const { batch, submit } = account();
    batch.between = atSubmit(() => refusal(500, "ServerException", "An internal error"));
    await expect(submit()).rejects.toThrow("An internal error");
    expect(batch.inputsOf("submitjob").length).toBeLessThanOrEqual(5);
  });
});

describe("a refused SubmitJob", () => {
  it("is an error, and the next start goes on at once", async () => {
    const { batch, submit, record, waits } = account();
    batch.between = atSubmit(() => refusal(403, "AccessDeniedException", "not you"));
    await expect(submit()).rejects.toThrow("not you");
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
    expect(record()).toEqual({ version: 1, state: "refused" });
    batch.between = async ({ serve }) => serve();
    expect(await submit()).toEqual(submitted("job-1"));
    expect(waits).toEqual([]);
  });

  it("that was throttled is repeated: no job came of it", async () => {
    const { batch, submit, waits } = account();
    batch.between = atSubmit(({ serve }) => (batch.inputsOf("submitjob").length < 4 ? throttled : serve()));
    expect(await submit()).toEqual(submitted("job-1"));
    expect(batch.inputsOf("submitjob")).toHaveLength(4);
    expect(waits).toEqual([]);
  });
});

describe("a cancelled run", () => {
  it("has nothing submitted any more", async () => {
    const { batch, submit, destination } = account();
    destination.texts.set(runKeys.cancelled(run.runId), cancelled);
    expect(await submit()).toEqual({ outcome: "cancelled" });
    expect(batch.calls).toEqual([]);
  });

  it("has its jobs terminated by the one that was submitting them", async () => {
    const { batch, submit, destination } = account();
    batch.between = atSubmit(({ serve }) => {
      destination.texts.set(runKeys.cancelled(run.runId), cancelled);
      return serve();
    });
    expect(await submit()).toEqual({ outcome: "cancelled" });
    expect(batch.jobs.map(({ status, terminated }) => [status, terminated])).toEqual([
      ["FAILED", "the run was cancelled"],
    ]);
  });

  it("has those terminated too that were submitted before the last one", async () => {
    const { batch, submit, destination } = account();
    const large = batchRun({ chunks: 20_001 });
    batch.between = atSubmit(({ serve }) => {
      if (batch.inputsOf("submitjob").length === 2) {
        destination.texts.set(runKeys.cancelled(large.runId), cancelled);
      }
      return serve();
    });
    expect(await submit(large, firstRound(large))).toEqual({ outcome: "cancelled" });
    expect(batch.jobs.map(({ status }) => status)).toEqual(["FAILED", "FAILED"]);
  });
});

describe("what is found of a round", () => {
  const find = ({ batch, destination }: ReturnType<typeof account>) =>
    findSubmitted(batch.client(), destination, run, round);

  it("is nothing before anything was claimed, and nothing is asked", async () => {
    const made = account();
    expect(await find(made)).toEqual({ jobs: [], openClaims: 0 });
    expect(made.batch.calls).toEqual([]);
  });

  it("is the recorded job, also behind claims that came to nothing", async () => {
    const made = account();
    made.destination.texts.set(firstClaim, '{"version":1,"state":"refused"}\n');
    await made.submit();
    expect(await find(made)).toEqual({ jobs: submitted("job-1").jobs, openClaims: 0 });
  });

  it("is a claim without a job, when there is none of its name", async () => {
    const made = account();
    made.destination.texts.set(firstClaim, claimed);
    expect(await find(made)).toEqual({ jobs: [], openClaims: 1 });
  });

  it("is nothing when all claims were refused", async () => {
    const made = account();
    made.destination.texts.set(firstClaim, '{"version":1,"state":"refused"}\n');
    expect(await find(made)).toEqual({ jobs: [], openClaims: 0 });
    expect(made.batch.calls).toEqual([]);
  });

  it("is the job of a dead claimant, by its name", async () => {
    const made = account();
    await made.submit();
    made.destination.texts.set(firstClaim, claimed);
    expect(await find(made)).toEqual({ jobs: submitted("job-1").jobs, openClaims: 0 });
    expect(made.batch.jobs).toHaveLength(1);
  });
});

describe("a claim that took long to make", () => {
  it("submits nothing: others may have given it up already", async () => {
    const { batch, submit, destination, record } = account();
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let isFirst = true;
    destination.between = async (call, serve) => {
      const answer = serve();
      if (call === "write" && isFirst) {
        isFirst = false;
        vi.setSystemTime(Date.now() + 30_000);
      }
      return answer;
    };
    expect(await submit()).toEqual(submitted("job-1"));
    expect(record(1)).toEqual({ version: 1, state: "refused" });
    expect(record(2)).toEqual({ version: 1, state: "submitted", jobId: "job-1" });
    expect(batch.inputsOf("submitjob")).toHaveLength(1);
  });
});

// --- Many processes, slow calls, deaths ------------------------------------------------------

/** What one process lives through: how long its calls take, and at which it dies. */
interface Life {
  startsAt: number;
  /** Of each call, in turn. */
  delays: { beforeSent: number; untilServed: number; untilAnswered: number }[];
  /** A call, and whether it still has its effect. */
  death: { call: number; before: boolean } | undefined;
  /** Calls of SubmitJob whose answer is lost. */
  lost: boolean[];
}

const short = fc.constantFrom(0, 0.1, 1, 3);
/** The process may be suspended, and the way back may be long. */
const anySeconds = fc.oneof(
  { weight: 8, arbitrary: short },
  { weight: 1, arbitrary: fc.constantFrom(15, 60) },
);
/** What was sent is served soon, also when nobody waits for it any more. */
const servedSeconds = fc.oneof({ weight: 8, arbitrary: short }, { weight: 1, arbitrary: fc.constant(15) });

const delaysOf = (beforeSent: fc.Arbitrary<number>, untilServed = beforeSent, untilAnswered = beforeSent) =>
  fc.array(fc.record({ beforeSent, untilServed, untilAnswered }), { minLength: 3, maxLength: 12 });

/** May be slow beyond all hope, and may die. */
const mortal: fc.Arbitrary<Life> = fc.record({
  startsAt: fc.constantFrom(0, 0, 0.5, 2, 10, 30, 60),
  delays: delaysOf(anySeconds, servedSeconds, anySeconds),
  death: fc.option(fc.record({ call: fc.integer({ min: 1, max: 8 }), before: fc.boolean() }), {
    nil: undefined,
  }),
  lost: fc.array(fc.boolean(), { maxLength: 3 }),
});

const survivor: fc.Arbitrary<Life> = fc.record({
  startsAt: fc.constantFrom(0, 20, 45, 90),
  delays: delaysOf(short),
  death: fc.constant(undefined),
  lost: fc.array(fc.boolean(), { maxLength: 1 }),
});

const at = (call: number, delay: Partial<Life["delays"][0]>) =>
  Array.from({ length: 100 }, (_, index) => ({
    beforeSent: 0,
    untilServed: 0,
    untilAnswered: 0,
    ...(index === call ? delay : {}),
  }));
const quick = (startsAt: number): Life => ({ startsAt, delays: at(0, {}), death: undefined, lost: [] });
/** The first calls are the look for a cancellation, the claim and SubmitJob. */
const claimAnsweredLate: Life = { ...quick(0), delays: at(2, { untilAnswered: 60 }) };
const submitServedLate: Life = { ...quick(0), delays: at(3, { untilServed: 15 }) };

it("is one job for each piece, whichever processes submit it, die at it, or lose their answers", async () => {
  const lives = fc.tuple(fc.array(mortal, { minLength: 1, maxLength: 3 }), survivor);
  await fc.assert(
    fc.asyncProperty(lives, async ([mortals, last]) => {
      const batch = madeUpBatch();
      const texts = memoryStore().texts;
      const ends: string[] = [];
      let isThrough = false;
      const of = batchRun({ chunks: 10_001 });
      await simulate((simulation) => {
        const start = (each: Life) =>
          live(each, { simulation, batch, texts }, of).then((end) => void ends.push(end));
        // To give up is allowed where nothing is answered in time.
        for (const each of mortals) start(each).catch(() => {});
        void start(last).then(() => {
          isThrough = true;
        });
      });
      expect(isThrough).toBe(true);
      expect(batch.jobs.map(({ jobName }) => jobName).sort()).toEqual(
        [jobName(of, "all", 0), jobName(of, "all", 10_000)].sort(),
      );
      const ids = [jobName(of, "all", 0), jobName(of, "all", 10_000)].map(
        (name) => batch.jobs.find((job) => job.jobName === name)?.jobId,
      );
      expect(new Set(ends)).toEqual(new Set([ids.join()]));
    }),
    {
      numRuns: 60,
      examples: [[[[claimAnsweredLate], quick(1)]], [[[submitServedLate], quick(1)]]],
    },
  );
});

async function live(
  { startsAt, delays, death, lost }: Life,
  world: {
    simulation: Simulation;
    batch: ReturnType<typeof madeUpBatch>;
    texts: Map<string, string>;
  },
  of: ReturnType<typeof batchRun>,
): Promise<string> {
  const { simulation, batch, texts } = world;
  let calls = 0;
  let submits = 0;
  async function step<T>(serve: () => T, signal?: AbortSignal): Promise<T> {
    calls += 1;
    const call = calls;
    const { beforeSent = 0, untilServed = 0, untilAnswered = 0 } = delays[call % delays.length] ?? {};
    if (death?.call === call && death.before) return never();
    await simulation.sleep(beforeSent);
    if (signal?.aborted) return never();
    await simulation.sleep(untilServed);
    const answer = serve();
    if (death !== undefined && call >= death.call) return never();
    await simulation.sleep(untilAnswered);
    return answer;
  }
  const destination = memoryStore(texts);
  destination.between = (_, serve) => step(serve);
  const own = madeUpBatch();
  own.jobs = batch.jobs;
  own.between = async ({ operation, serve, signal }) => {
    const answer = await step(serve, signal);
    if (operation === "submitjob" && lost[submits++]) throw hangUp();
    return answer;
  };
  await simulation.sleep(startsAt);
  const submitter = { batch: own.client(), destination, wait: simulation.sleep };
  const submission = await ensureSubmitted(submitter, of, firstRound(of));
  return submission.outcome === "submitted" ? submission.jobs.map(({ id }) => id).join() : "cancelled";
}
