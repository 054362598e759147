import { expect, it } from "vitest";
import { waitFor } from "../../action/wait.ts";

it("waits for as long as it is told", async () => {
  const before = performance.now();
  await waitFor(0.05);
  expect(performance.now() - before).toBeGreaterThan(40);
});

it("ends early, and without an error, when it is stopped", async () => {
  const stop = new AbortController();
  const waiting = waitFor(3600, stop.signal);
  stop.abort();
  await expect(waiting).resolves.toBeUndefined();
  await expect(waitFor(3600, stop.signal)).resolves.toBeUndefined();
});
