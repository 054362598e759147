import { isTransient, messageOf } from "../aws/errors.ts";
import type { ProgressDisplay } from "../progress.ts";
import { logText } from "../report/escape.ts";
import { duration } from "../report/numbers.ts";

/** What AWS recovers from, it mostly recovers from within this time. */
const patienceSeconds = 5 * 60;

/**
 * For whoever looks again and again, maybe for days: a look that fails for a reason that passes is `undefined`, until
 * none has succeeded for five minutes. What does not pass (a denial, a file of another version) is thrown at once.
 */
export function patiently(
  display: ProgressDisplay,
): <Look>(look: () => Promise<Look>) => Promise<Look | undefined> {
  let failingSince: number | undefined;
  return async (look) => {
    const startedAt = performance.now();
    try {
      const seen = await look();
      if (failingSince !== undefined) display.note("looking at the run works again");
      failingSince = undefined;
      return seen;
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (failingSince === undefined) {
        display.note(
          `warning: looking at the run fails, and is tried for ${duration(patienceSeconds)}: ${logText(messageOf(error))}`,
        );
      }
      failingSince ??= startedAt;
      if (performance.now() - failingSince >= patienceSeconds * 1000) throw error;
      return undefined;
    }
  };
}
