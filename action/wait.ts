import { setTimeout as delay } from "node:timers/promises";

/** Passed to whatever waits, so that it can be tested without waiting. `signal` ends the wait early. */
export type Wait = (seconds: number, signal?: AbortSignal) => Promise<void>;

export const waitFor: Wait = (seconds, signal) =>
  delay(seconds * 1000, undefined, { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
