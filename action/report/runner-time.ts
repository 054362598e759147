import { readFileSync } from "node:fs";

/**
 * How long this step has run so far, if its minutes are paid for: those of GitHub's own runners are, in private
 * repositories (https://docs.github.com/en/billing/concepts/product-billing/github-actions).
 */
export function paidRunnerSeconds({ RUNNER_ENVIRONMENT, GITHUB_EVENT_PATH }: NodeJS.ProcessEnv): number {
  if (RUNNER_ENVIRONMENT !== "github-hosted" || !GITHUB_EVENT_PATH) return 0;
  const event: unknown = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8"));
  return isPrivate(event) ? process.uptime() : 0;
}

function isPrivate(event: unknown): boolean {
  const repository = isObject(event) ? event.repository : undefined;
  return isObject(repository) && repository.private === true;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
