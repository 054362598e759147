/** Processes in made-up time: what they do takes as long as a test decides, and each may die in the midst of it. */
import { vi } from "vitest";

export interface Simulation {
  /** Seconds since its beginning. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

interface Happening {
  at: number;
  happen: () => void;
}

/**
 * Goes on until nothing is left to happen of what `begin` started. Meanwhile `Date` and `AbortSignal.timeout` follow
 * the made-up time.
 */
export async function simulate(begin: (simulation: Simulation) => void): Promise<void> {
  let now = 0;
  const happenings: Happening[] = [];
  const sleep = (seconds: number) =>
    new Promise<void>((resolve) => happenings.push({ at: now + seconds, happen: resolve }));

  const beginning = new Date("2026-01-01T00:00:00Z").getTime();
  vi.useFakeTimers({ toFake: ["Date"], now: beginning });
  const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const abort = new AbortController();
    void sleep(milliseconds / 1000).then(() => abort.abort(new DOMException("timed out", "TimeoutError")));
    return abort.signal;
  });
  try {
    begin({ now: () => now, sleep });
    for (;;) {
      await allThatFollows();
      const next = earliestOf(happenings);
      if (next === undefined) return;
      happenings.splice(happenings.indexOf(next), 1);
      now = next.at;
      vi.setSystemTime(beginning + now * 1000);
      next.happen();
    }
  } finally {
    timeout.mockRestore();
    vi.useRealTimers();
  }
}

/** From what has happened, before time goes on. */
async function allThatFollows(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
}

/** The first of those that are due at the same time. */
function earliestOf(happenings: Happening[]): Happening | undefined {
  return happenings.reduce<Happening | undefined>(
    (first, each) => (first === undefined || each.at < first.at ? each : first),
    undefined,
  );
}

/** What a dead process waits for. */
export const never = () => new Promise<never>(() => {});
