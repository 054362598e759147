import type { Reason } from "./contract.ts";
import type { WriteOutputs } from "./ocr-messages.ts";
import type { DeathMessage, Work } from "./ocr-work.ts";

export type OutputsWriting =
  | { outcome: "written" }
  | { outcome: "refused"; reason: Reason; message: string }
  /** The pool was closed first. */
  | { outcome: "abandoned" };

/** The outputs of one document; a process that dies on them is replaced once. */
export function writingOf(
  job: WriteOutputs,
  deathMessage: DeathMessage,
  done: (writing: OutputsWriting) => void,
): Work {
  let isSettled = false;
  let deaths = 0;
  const settle = (writing: OutputsWriting) => {
    if (isSettled) return;
    isSettled = true;
    done(writing);
  };
  return {
    isOver: () => isSettled,
    begin: () => job,
    onMessage(message) {
      if (message.type === "written") settle({ outcome: "written" });
      if (message.type === "refused") settle({ ...message, outcome: "refused" });
    },
    onEnd(reason) {
      if (reason === undefined || isSettled) return false;
      deaths++;
      if (deaths === 1) return true;
      settle({ outcome: "refused", reason, message: deathMessage(reason) });
      return false;
    },
    abandon: () => settle({ outcome: "abandoned" }),
  };
}
