import { AwsError } from "../../action/aws/errors.ts";
import type { Wait } from "../../action/wait.ts";

export interface Waiting {
  /** What is waited for, e.g. `the job queue textmill-spot is deleted`. */
  what: string;
  maxSeconds: number;
  wait: Wait;
}

const secondsBetweenLooks = 3;

/** Looks again and again until it is so. After the given time an `AwsError` says what has not come. */
export async function until(
  look: () => Promise<boolean>,
  { what, maxSeconds, wait }: Waiting,
): Promise<void> {
  for (let waited = 0; waited <= maxSeconds; waited += secondsBetweenLooks) {
    if (await look()) return;
    await wait(secondsBetweenLooks);
  }
  throw new AwsError(
    `After ${maxSeconds / 60} minutes it is still not so that ${what}. Run again, which goes on from here.`,
  );
}
