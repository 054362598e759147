/** What `bootstrap` and `teardown` begin with. */
import { explainAwsError } from "../action/aws/errors.ts";
import { bootstrap as runBootstrap } from "./bootstrap.ts";
import type { Say } from "./steps.ts";
import { teardown as runTeardown } from "./teardown.ts";

type Script = (args: string[], environment: NodeJS.ProcessEnv, say: Say) => Promise<number>;

export const bootstrap = (args: string[]) => run(runBootstrap, args);
export const teardown = (args: string[]) => run(runTeardown, args);

/** Ends the process. */
async function run(script: Script, args: string[]): Promise<never> {
  try {
    process.exit(await script(args, process.env, (line) => void process.stdout.write(`${line}\n`)));
  } catch (error) {
    process.stderr.write(`error: ${explain(error)}\n`);
    process.exit(1);
  }
}

function explain(error: unknown): string {
  const ofAws = explainAwsError(error, "Run this with the credentials of an administrator of the account.");
  if (ofAws !== undefined) return ofAws;
  return error instanceof Error
    ? [error.stack, error.cause].filter(Boolean).join("\ncaused by ")
    : String(error);
}
