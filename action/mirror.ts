import type { GithubFault } from "./github.ts";
import { type Wait, waitFor } from "./wait.ts";

/** Shows what is here in a place that may refuse, limit or fail; nobody waits for that place but at the end. */
export interface Mirror<State> {
  /**
   * Sends the state, if it is time to and its `version` was not sent; else does nothing. The promise, which nobody has
   * to wait for and which is never rejected, is kept when it was answered.
   */
  show(state: State, version: string): Promise<void>;
  /** Tries to send the last state until it is taken, cannot be, or the time is up. */
  finish(state: State, seconds: number): Promise<void>;
}

export type Sent = { outcome: "sent" } | GithubFault;

export interface MirrorOptions {
  secondsBetween: number;
  /** Hears of the first fault; whoever was told once knows enough. */
  onFault: (fault: GithubFault) => void;
  wait?: Wait | undefined;
}

/** In a row: after that nothing but the last state is tried. */
const maxFaults = 5;

/** After a fault that passes, where nobody says for how long it stays. */
const pauseSeconds = (faults: number) => Math.min(60, 2 ** faults);

export function openMirror<State>(
  send: (state: State) => Promise<Sent>,
  { secondsBetween, onFault, wait = waitFor }: MirrorOptions,
): Mirror<State> {
  const now = () => performance.now() / 1000;
  let sentVersion: string | undefined;
  /** For states on the way. */
  let nextAt = Number.NEGATIVE_INFINITY;
  /** For every state: before that time the place does not want to be asked. */
  let blockedUntil = Number.NEGATIVE_INFINITY;
  let faults = 0;
  let isTold = false;
  let isRefused = false;
  let sending: Promise<void> | undefined;

  async function isTaken(state: State): Promise<boolean> {
    const sent = await send(state);
    if (sent.outcome === "sent") {
      faults = 0;
      nextAt = now() + secondsBetween;
      return true;
    }
    if (!isTold) onFault(sent);
    isTold = true;
    faults += 1;
    isRefused = !sent.mayPass;
    blockedUntil = now() + sent.retryAfterSeconds;
    nextAt = now() + secondsBetween + pauseSeconds(faults);
    return false;
  }

  async function sendLast(state: State, deadline: number): Promise<void> {
    await sending;
    for (let attempt = 1; !isRefused; attempt++) {
      const pause = Math.max(blockedUntil - now(), attempt === 1 ? 0 : pauseSeconds(attempt - 1));
      if (now() + pause >= deadline) return;
      if (pause > 0) await wait(pause);
      if (await isTaken(state)) return;
    }
  }

  return {
    async show(state, version) {
      if (version === sentVersion || isRefused || faults >= maxFaults) return;
      if (sending !== undefined || now() < Math.max(nextAt, blockedUntil)) return;
      sending = isTaken(state).then((taken) => {
        if (taken) sentVersion = version;
        sending = undefined;
      });
      await sending;
    },
    async finish(state, seconds) {
      const isDone = new AbortController();
      const last = sendLast(state, now() + seconds).finally(() => isDone.abort());
      await Promise.race([last, waitFor(seconds, isDone.signal)]);
    },
  };
}
