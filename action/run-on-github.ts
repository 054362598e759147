/** Shows a run on GitHub: as a check of a commit while it goes on, and as a comment at the end of each leg. */
import { existsSync, readFileSync } from "node:fs";
import type { Run } from "../worker/contract.ts";
import type { Store } from "../worker/store.ts";
import type { Console } from "./console.ts";
import {
  type Check,
  type CheckIdentity,
  type CheckState,
  type Github,
  type GithubFault,
  openGithub,
} from "./github.ts";
import type { GithubInputs } from "./inputs.ts";
import { openMirror, type Sent } from "./mirror.ts";
import { type Progress, type Start, startAt } from "./progress.ts";
import {
  checkName,
  checkOfProgress,
  checkOfRefusal,
  checkOfReport,
  commentMarker,
  commentOfReport,
  versionOf,
} from "./report/check.ts";
import { logText } from "./report/escape.ts";
import type { Report } from "./report/report.ts";
import { commitOfRun } from "./run-folder.ts";
import type { Wait } from "./wait.ts";

/** Whatever GitHub answers, and whether it does: nothing of it fails or holds up the run. */
export interface RunOnGithub {
  /** Nobody has to wait for it. */
  progress(progress: Progress): Promise<void>;
  /** At the end of a leg. A check of a run that goes on stays open for the next leg. */
  reported(report: Report): Promise<void>;
  /** The run could not be worked on. */
  refused(message: string): Promise<void>;
}

export interface Showing {
  github: GithubInputs | undefined;
  destination: Store;
  console: Console;
  /** Aborted when this process has to leave. */
  stop?: AbortSignal;
  environment?: NodeJS.ProcessEnv;
  wait?: Wait;
}

const nowhere: RunOnGithub = {
  async progress() {},
  async reported() {},
  async refused() {},
};

const secondsBetween = 30;
/** For the last state of a leg. */
const endSeconds = 20;
/** A cancelled workflow has 7.5 seconds for everything. */
const hurriedSeconds = 2;

export async function showOnGithub(
  run: Run,
  { github, destination, console, stop, environment = process.env, wait }: Showing,
): Promise<RunOnGithub> {
  if (github === undefined) return nowhere;
  const step = stepOf(environment);
  if (step === undefined) {
    console.warning(
      "github-token is of no use outside of a workflow: there is no commit to show the run at.",
    );
    return nowhere;
  }
  const { sha } = await commitOfRun(destination, run.runId, step);
  const [owner = "", repo = ""] = step.repository.split("/");
  const api = openGithub(github.token, { owner, repo, apiUrl: step.apiUrl });
  const identity = { headSha: sha, name: checkName(run.runId), externalId: run.runId };
  const { detailsUrl } = step;
  const check = openMirror(
    checkSender(api, identity, (url) => console.info(`shown at ${logText(url)}`)),
    { secondsBetween, wait, onFault: teller("a check", "checks: write", console) },
  );
  let start: Start | undefined;

  const seconds = () => (stop?.aborted ? hurriedSeconds : endSeconds);
  return {
    progress(progress) {
      start ??= startAt(progress);
      return check.show({ ...checkOfProgress(run, progress, start), detailsUrl }, versionOf(progress));
    },
    async reported(report) {
      await Promise.all([
        check.finish({ ...checkOfReport(report), detailsUrl }, seconds()),
        commentOn(github.commentOn, commentOfReport(report, detailsUrl)),
      ]);
    },
    refused: (message) => check.finish({ ...checkOfRefusal(message), detailsUrl }, seconds()),
  };

  async function commentOn(issue: number | undefined, body: string): Promise<void> {
    if (issue === undefined) return;
    const place = { issue, marker: commentMarker(run), since: run.createdAt };
    const onFault = teller(`a comment on #${issue}`, "issues: write or pull-requests: write", console);
    const comment = openMirror(commentSender(api, place), { secondsBetween, wait, onFault });
    await comment.finish(body, seconds());
  }
}

/** The first time it looks for the check, which an earlier leg, or a call whose answer was lost, may have made. */
function checkSender(api: Github, identity: CheckIdentity, onShown: (url: string) => void) {
  let check: Check | undefined;
  return async (state: CheckState): Promise<Sent> => {
    const isFirst = check === undefined;
    if (check === undefined) {
      const found = await api.findCheck(identity);
      if (found.outcome === "refused") return found;
      check = found.value;
    }
    const answer = await (check === undefined
      ? api.createCheck(identity, state)
      : api.updateCheck(check.id, state));
    if (answer.outcome === "refused") return answer;
    check = answer.value;
    if (isFirst) onShown(check.url);
    return { outcome: "sent" };
  };
}

function commentSender(
  api: Github,
  { issue, marker, since }: { issue: number; marker: string; since: string },
) {
  return async (body: string): Promise<Sent> => {
    const found = await api.findComment({ issue, marker, since });
    if (found.outcome === "refused") return found;
    const id = found.value;
    const answer = await (id === undefined ? api.createComment(issue, body) : api.updateComment(id, body));
    return answer.outcome === "refused" ? answer : { outcome: "sent" };
  };
}

const teller =
  (what: string, permission: string, console: Console) =>
  ({ message, mayPass }: GithubFault) => {
    const said = `GitHub does not show the run as ${what}: ${logText(message)}.`;
    if (mayPass) console.info(`${said} It is tried again; the run goes on in any case.`);
    else
      console.warning(
        `${said} The job needs permissions: ${permission}; without github-token nothing is shown.`,
      );
  };

// --- The step ------------------------------------------------------------------------------------

interface Step {
  repository: string;
  sha: string;
  apiUrl: string;
  /** The page of the workflow run. */
  detailsUrl: string;
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables */
function stepOf(environment: NodeJS.ProcessEnv): Step | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_SHA, GITHUB_RUN_ID = "" } = environment;
  const { GITHUB_API_URL = "https://api.github.com", GITHUB_SERVER_URL = "https://github.com" } = environment;
  const sha = headOfPullRequest(environment.GITHUB_EVENT_PATH) ?? GITHUB_SHA;
  if (!repository || !sha) return undefined;
  const detailsUrl = `${GITHUB_SERVER_URL}/${repository}/actions/runs/${GITHUB_RUN_ID}`;
  return { repository, sha, apiUrl: GITHUB_API_URL, detailsUrl };
}

/** `GITHUB_SHA` of a pull request is a merge that its page does not show. */
function headOfPullRequest(eventPath: string | undefined): string | undefined {
  if (!eventPath || !existsSync(eventPath)) return undefined;
  const event: { pull_request?: { head: { sha: string } } } = JSON.parse(readFileSync(eventPath, "utf8"));
  return event.pull_request?.head.sha;
}
