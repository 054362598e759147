/** The only file that talks to GitHub's API. What a call comes to is a value; nothing is thrown. */
import { getOctokit } from "@actions/github";

export interface Repository {
  owner: string;
  repo: string;
  /** The API's base: of github.com, or of a GitHub Enterprise Server. */
  apiUrl: string;
}

export interface CheckIdentity {
  headSha: string;
  name: string;
  externalId: string;
}

/** What a check shows. Without a conclusion it is in progress. */
export interface CheckState {
  title: string;
  summary: string;
  conclusion: "success" | "neutral" | "failure" | "cancelled" | undefined;
  detailsUrl: string;
}

export interface Check {
  id: number;
  url: string;
}

export type Answer<Value> = { outcome: "answered"; value: Value } | GithubFault;

export interface GithubFault {
  outcome: "refused";
  message: string;
  /** Whether the same call may be answered later. */
  mayPass: boolean;
  /** What GitHub asked for before the next call; 0 when it did not ask. */
  retryAfterSeconds: number;
}

export interface Github {
  /** The newest check of that identity. */
  findCheck(identity: CheckIdentity): Promise<Answer<Check | undefined>>;
  createCheck(identity: CheckIdentity, state: CheckState): Promise<Answer<Check>>;
  updateCheck(id: number, state: CheckState): Promise<Answer<Check>>;
  /** A comment with `marker` in it that was written or changed since then, by someone who may write there. */
  findComment(on: { issue: number; marker: string; since: string }): Promise<Answer<number | undefined>>;
  createComment(issue: number, body: string): Promise<Answer<unknown>>;
  updateComment(id: number, body: string): Promise<Answer<unknown>>;
}

/** By default a connection that has gone silent would be waited for, for minutes. */
const callMilliseconds = 10_000;

/** A thousand comments since the run began. */
const maxCommentPages = 10;

export function openGithub(token: string, { owner, repo, apiUrl }: Repository): Github {
  const { checks, issues } = getOctokit(token, { baseUrl: apiUrl }).rest;
  const common = () => ({ owner, repo, request: { signal: AbortSignal.timeout(callMilliseconds) } });

  async function findComment({ issue, marker, since }: { issue: number; marker: string; since: string }) {
    for (let page = 1; page <= maxCommentPages; page++) {
      const { data } = await issues.listComments({
        ...common(),
        issue_number: issue,
        since,
        per_page: 100,
        page,
      });
      const found = data.find((comment) => comment.body?.includes(marker) && isTrusted(comment));
      if (found !== undefined || data.length < 100) return found?.id;
    }
    return undefined;
  }

  return {
    findCheck: ({ headSha, name, externalId }) =>
      answerOf(async () => {
        const named = { ref: headSha, check_name: name, per_page: 100 };
        const { data } = await checks.listForRef({ ...common(), ...named });
        const found = data.check_runs.find(({ external_id }) => external_id === externalId);
        return found === undefined ? undefined : checkOf(found);
      }),
    createCheck: ({ headSha, name, externalId }, state) =>
      answerOf(async () => {
        const identity = { head_sha: headSha, name, external_id: externalId };
        return checkOf((await checks.create({ ...common(), ...identity, ...fieldsOf(state) })).data);
      }),
    updateCheck: (id, state) =>
      answerOf(async () =>
        checkOf((await checks.update({ ...common(), check_run_id: id, ...fieldsOf(state) })).data),
      ),
    findComment: (on) => answerOf(() => findComment(on)),
    createComment: (issue, body) =>
      answerOf(() => issues.createComment({ ...common(), issue_number: issue, body })),
    updateComment: (id, body) => answerOf(() => issues.updateComment({ ...common(), comment_id: id, body })),
  };
}

const checkOf = ({ id, html_url }: { id: number; html_url: string | null }): Check => ({
  id,
  url: html_url ?? "",
});

const fieldsOf = ({ title, summary, conclusion, detailsUrl }: CheckState) => ({
  ...(conclusion === undefined
    ? { status: "in_progress" as const }
    : { status: "completed" as const, conclusion }),
  output: { title, summary },
  details_url: detailsUrl,
});

/** A stranger's comment may have the marker too; what is written into it, he could change. */
const isTrusted = ({
  user,
  author_association,
}: {
  user: { type: string } | null;
  author_association: string;
}) => user?.type === "Bot" || ["OWNER", "MEMBER", "COLLABORATOR"].includes(author_association);

// --- Faults --------------------------------------------------------------------------------------

async function answerOf<Value>(call: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { outcome: "answered", value: await call() };
  } catch (error) {
    return faultOf(error);
  }
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function faultOf(error: unknown): GithubFault {
  const message = error instanceof Error ? error.message : String(error);
  const status = Number(property(error, "status") ?? 0);
  const headers = property(property(error, "response"), "headers");
  const header = (name: string) => String(property(headers, name) ?? "");
  const isLimited =
    status === 429 ||
    (status === 403 &&
      (header("retry-after") !== "" ||
        header("x-ratelimit-remaining") === "0" ||
        /rate limit/i.test(message)));
  // Without a status the call did not come through: the network, or no answer in time.
  const mayPass = isLimited || status === 0 || status >= 500;
  const told = status === 0 ? message : `${status}: ${message}`;
  return {
    outcome: "refused",
    message: told,
    mayPass,
    retryAfterSeconds: isLimited ? secondsAsked(header) : 0,
  };
}

/** "Wait for at least one minute" where GitHub does not say for how long. */
const defaultLimitSeconds = 60;

function secondsAsked(header: (name: string) => string): number {
  const retryAfter = Number(header("retry-after"));
  if (retryAfter > 0) return retryAfter;
  const reset = header("x-ratelimit-remaining") === "0" ? Number(header("x-ratelimit-reset")) : 0;
  return Math.max(defaultLimitSeconds, reset - Date.now() / 1000 || 0);
}

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
