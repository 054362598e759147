import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openClients } from "../../../action/aws/clients.ts";
import { describeJobs, submitJob } from "../../../action/aws/jobs.ts";
import { hangUp, madeUpBatch, throttled } from "../../support/made-up-batch.ts";

const job = { name: "job", queue: "q", jobDefinition: "d", size: 2, environment: {}, tags: {} };

/** The SDK's own attempts at its own intervals, in made-up time: what was waited, in seconds. */
async function inMadeUpTime<T>(
  work: (maxAttempts: number) => Promise<T>,
): Promise<{ end: T; waits: number[] }> {
  const maxAttempts = await openClients("eu-west-1").batch.config.maxAttempts();
  const waits: number[] = [];
  const timer = vi.spyOn(globalThis, "setTimeout").mockImplementation(((
    happen: () => void,
    milliseconds = 0,
  ) => {
    waits.push(milliseconds / 1000);
    return setImmediate(happen);
  }) as unknown as typeof setTimeout);
  onTestFinished(() => timer.mockRestore());
  const end = await work(maxAttempts);
  timer.mockRestore();
  return { end, waits };
}

describe("the clients", () => {
  it("get through while every second call is refused", async () => {
    const batch = madeUpBatch();
    batch.between = async ({ serve }) => (batch.calls.length % 2 === 1 ? throttled : serve());
    const { end } = await inMadeUpTime(async (maxAttempts) => {
      const client = batch.client({ maxAttempts });
      const ids: string[] = [];
      for (let index = 0; index < 20; index++) {
        const submitted = await submitJob(client, job, new AbortController().signal);
        if (submitted.outcome === "submitted") ids.push(submitted.id);
      }
      return describeJobs(client, ids);
    });
    expect(end).toHaveLength(20);
    expect(batch.jobs).toHaveLength(20);
  });

  it("wait ever longer when they are throttled, for a random time, minutes in all", async () => {
    const batch = madeUpBatch();
    batch.between = async () => throttled;
    const { end, waits } = await inMadeUpTime((maxAttempts) =>
      describeJobs(batch.client({ maxAttempts }), ["job-1"]).catch((error: Error) => error.name),
    );
    expect(end).toBe("TooManyRequestsException");
    expect(batch.calls).toHaveLength(12);
    expect(waits).toHaveLength(11);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20);
    for (const [index, seconds] of waits.entries()) expect(seconds).toBeLessThanOrEqual(2 ** index);
    expect(new Set(waits).size).toBeGreaterThan(5);
  });

  it("repeat what is safe to repeat when a connection breaks off", async () => {
    const batch = madeUpBatch();
    batch.between = async ({ serve }) => {
      if (batch.calls.length < 3) throw hangUp();
      return serve();
    };
    const { end } = await inMadeUpTime((maxAttempts) =>
      describeJobs(batch.client({ maxAttempts }), ["job-1"]),
    );
    expect(end).toEqual([]);
    expect(batch.calls).toHaveLength(3);
  });

  it("are all of the region that was asked for", async () => {
    const { region, ...clients } = openClients("ap-south-1");
    expect(region).toBe("ap-south-1");
    for (const client of Object.values(clients)) expect(await client.config.region()).toBe("ap-south-1");
  });
});
