/** One thing that a run needs, and how it stands with it. */
import { StoreError } from "../../worker/store.ts";
import { explainAwsError } from "../aws/errors.ts";

export interface Finding {
  /** `failed`: a run would not work. `skipped`: it could not be found out. */
  state: "ok" | "warning" | "failed" | "skipped";
  /** What was found and, if it is not ok, what to do. */
  message: string;
}

export interface Check extends Finding {
  name: string;
}

export const ok = (message: string): Finding => ({ state: "ok", message });
export const warning = (message: string): Finding => ({ state: "warning", message });
export const failed = (message: string): Finding => ({ state: "failed", message });
/** The SDK adds lines about itself to what AWS said; the first is AWS's. */
export const skipped = (message: string): Finding => ({
  state: "skipped",
  message: message.split("\n", 1).join(),
});

const maxSeconds = 8;

/** What `look` throws is what is wrong: AWS's refusals and ours say themselves what to do. */
export async function check(name: string, look: () => Promise<Finding>): Promise<Check> {
  const late = failed(
    `AWS gave no answer within ${maxSeconds} seconds. Check the network and proxy of this machine.`,
  );
  return { name, ...(await withinSeconds(maxSeconds, explained(look), late)) };
}

async function explained(look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof StoreError) return failed(error.message);
    const message = explainAwsError(error);
    if (message === undefined) throw error;
    return failed(message);
  }
}

async function withinSeconds<T>(seconds: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, otherwise);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
