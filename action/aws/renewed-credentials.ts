import type { RoleCredentials } from "./assumed-role.ts";
import { messageOf } from "./errors.ts";

/** So near to its end a session is not begun anything with. */
const lastMilliseconds = 60_000;

/** So long before credentials expire, AWS's SDKs ask for new ones. */
const sdkMilliseconds = 5 * 60_000;

/**
 * Credentials that are good at any time. They are renewed, in the background, from the middle of their life on: when
 * that fails, those at hand serve on, so that an hour's session outlasts half an hour in which nobody can be reached.
 * `onFailure` hears of it, once for each message. The expiration is brought forward to have SDKs ask by then.
 */
export function renewed(
  assume: () => Promise<RoleCredentials>,
  onFailure: (message: string, lastUntil: Date) => void,
): () => Promise<RoleCredentials> {
  let current: Session | undefined;
  let renewal: Promise<Session> | undefined;
  let told = "";

  async function renew(): Promise<Session> {
    try {
      const credentials = await assume();
      const now = Date.now();
      current = { credentials, renewAt: now + (credentials.expiration.getTime() - now) / 2 };
      told = "";
      return current;
    } catch (error) {
      const message = messageOf(error);
      // The first time is for the caller alone to tell.
      if (current !== undefined && told !== message) onFailure(message, current.credentials.expiration);
      told = message;
      throw error;
    }
  }

  function renewOnce(): Promise<Session> {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  return async () => {
    const now = Date.now();
    if (current === undefined || current.credentials.expiration.getTime() - now < lastMilliseconds) {
      return broughtForward(await renewOnce());
    }
    // Of its failure `onFailure` hears.
    if (now >= current.renewAt) renewOnce().catch(() => {});
    return broughtForward(current);
  };
}

interface Session {
  credentials: RoleCredentials;
  /** Milliseconds, as `Date` has them. */
  renewAt: number;
}

function broughtForward({ credentials, renewAt }: Session): RoleCredentials {
  const latest = Math.max(Date.now(), renewAt) + sdkMilliseconds;
  const expiration = new Date(Math.min(credentials.expiration.getTime(), latest));
  return { ...credentials, expiration };
}
