import * as core from "@actions/core";

/** Where a command tells its story: the log of a workflow step, or a terminal. */
export interface Console {
  /** Someone is looking: a bar can move. */
  isTerminal: boolean;
  info(line: string): void;
  warning(line: string): void;
  error(line: string): void;
  /** A phase of the work: a foldable group of the log, a heading at a terminal. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export const isOnRunner = (environment: NodeJS.ProcessEnv) => environment.GITHUB_ACTIONS === "true";

export function openConsole(environment: NodeJS.ProcessEnv): Console {
  if (isOnRunner(environment)) {
    return {
      isTerminal: false,
      info: core.info,
      warning: core.warning,
      error: core.error,
      phase: core.group,
    };
  }
  return {
    isTerminal: process.stdout.isTTY,
    info: (line) => process.stdout.write(`${line}\n`),
    warning: (line) => process.stderr.write(`warning: ${line}\n`),
    error: (line) => process.stderr.write(`error: ${line}\n`),
    phase(name, work) {
      process.stdout.write(`${name}\n`);
      return work();
    },
  };
}
