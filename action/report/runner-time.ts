import { readFileSync } from "node:fs";

/**
 * Whether the minutes of this step are paid for: those of GitHub's own runners are, in private repositories
 * (https://docs.github.com/en/billing/concepts/product-billing/github-actions).
 */
export function isRunnerPaid({ RUNNER_ENVIRONMENT, GITHUB_EVENT_PATH }: NodeJS.ProcessEnv): boolean {
  if (RUNNER_ENVIRONMENT !== "github-hosted" || !GITHUB_EVENT_PATH) return false;
  return isPrivate(JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")));
}

function isPrivate(event: unknown): boolean {
  const repository = isObject(event) ? event.repository : undefined;
  return isObject(repository) && repository.private === true;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
