import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Progress } from "../../action/progress.ts";
import type { Report } from "../../action/report/report.ts";
import { showOnGithub } from "../../action/run-on-github.ts";
import { type Run, runKeys } from "../../worker/contract.ts";
import { listeningConsole } from "../support/console.ts";
import { type GithubApi, secondaryLimit, startGithubApi } from "../support/github-api.ts";
import { memoryStore } from "../support/memory-store.ts";
import { doneResult, madeUpReport, madeUpRun } from "./report/made-up.ts";

const sha = "a".repeat(40);

const reportOf = (changes: Partial<Report>): Report => ({
  ...madeUpReport({ results: [doneResult()] }),
  ...changes,
});

const progressOf = (done: number, pages = 2 * done): Progress => ({
  documents: { total: 100, done, failed: 0, skipped: 0 },
  pages,
  elapsedSeconds: done,
});

/** A step that shows a run, in a time that passes only where it is waited for. */
async function step({
  api,
  run = madeUpRun(),
  destination = memoryStore(),
  commentOn,
  environment = {},
}: {
  api?: GithubApi;
  run?: Run;
  destination?: ReturnType<typeof memoryStore>;
  commentOn?: number;
  environment?: NodeJS.ProcessEnv;
} = {}) {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const github = api ?? (await startGithubApi());
  const console = listeningConsole();
  const stop = new AbortController();
  let waited = 0;
  const pass = (seconds: number) => void vi.advanceTimersByTime(seconds * 1000);
  const onGithub = await showOnGithub(run, {
    github: { token: "ghs_secret", commentOn },
    destination,
    console,
    stop: stop.signal,
    environment: {
      GITHUB_REPOSITORY: "acme/scans",
      GITHUB_SHA: sha,
      GITHUB_RUN_ID: "4711",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_API_URL: github.url,
      ...environment,
    },
    wait: async (seconds) => {
      waited += seconds;
      pass(seconds);
    },
  });
  return {
    github,
    console,
    stop,
    destination,
    ...onGithub,
    pass,
    waited: () => waited,
    /** A look, and all that comes of it. */
    look: onGithub.progress,
    report: (changes: Partial<Report>) => onGithub.reported(reportOf(changes)),
  };
}

const posts = ({ calls }: GithubApi) => calls.filter((call) => !call.startsWith("GET"));

describe("the check of a run", () => {
  it("is made at the first look, linked from the log, and shows how far the run is", async () => {
    const { github, look, console } = await step();
    await look(progressOf(12));
    expect(github.checks).toEqual([
      expect.objectContaining({
        head_sha: sha,
        name: "Textmill 4711-ab12cd34",
        external_id: "4711-ab12cd34",
        status: "in_progress",
        details_url: "https://github.example/acme/scans/actions/runs/4711",
        output: expect.objectContaining({ title: "12/100 documents, 0 failed, 24 pages" }),
      }),
    ]);
    expect(console.lines).toEqual(["shown at https://github.example/check/1"]);
    expect([...github.tokens]).toEqual(["token ghs_secret"]);
  });

  it("is updated when something has changed, and twice a minute at most", async () => {
    const { github, look, pass } = await step();
    await look(progressOf(1));
    for (let second = 0; second < 600; second += 10) {
      pass(10);
      await look(progressOf(Math.min(20, 1 + second / 10)));
    }
    const updates = github.calls.filter((call) => call === "PATCH /check-runs/1");
    expect(updates.length).toBeGreaterThanOrEqual(5);
    expect(updates.length).toBeLessThanOrEqual(8);
    expect(github.checks[0]?.output.title).toMatch(/^20\/100 documents/);
  });

  it.each([
    { outcome: "succeeded", conclusion: "success" },
    { outcome: "partial", conclusion: "neutral" },
    { outcome: "failed", conclusion: "failure" },
    { outcome: "cancelled", conclusion: "cancelled" },
  ] as const)(
    "of a run that $outcome is closed as $conclusion, with the report",
    async ({ outcome, conclusion }) => {
      const { github, look, report } = await step();
      await look(progressOf(99));
      await report({ outcome });
      expect(github.checks).toEqual([expect.objectContaining({ status: "completed", conclusion })]);
      expect(github.checks[0]?.output.title).toMatch(new RegExp(`^${outcome}: `));
      expect(github.checks[0]?.output.summary).toContain("results.jsonl");
    },
  );

  it("is left open by a leg whose time is up, and taken up by the next one, also of a later commit", async () => {
    const first = await step();
    await first.look(progressOf(10));
    await first.report({ outcome: "running" });
    expect(first.github.checks[0]).toMatchObject({ status: "in_progress" });
    const second = await step({
      api: first.github,
      destination: first.destination,
      environment: { GITHUB_SHA: "b".repeat(40) },
    });
    await second.look(progressOf(50));
    await second.report({ outcome: "succeeded" });
    expect(first.github.checks).toEqual([
      expect.objectContaining({ head_sha: sha, status: "completed", conclusion: "success" }),
    ]);
  });

  it("is another for each run of a commit", async () => {
    const api = await startGithubApi();
    for (const runId of ["one", "two"]) {
      const { look } = await step({ api, run: madeUpRun({ runId }) });
      await look(progressOf(1));
    }
    expect(api.checks.map(({ name }) => name)).toEqual(["Textmill one", "Textmill two"]);
  });

  it("is that of the commit here when the run was first followed from another repository", async () => {
    const destination = memoryStore();
    const elsewhere = { version: 1, repository: "other/place", sha: "c".repeat(40) };
    destination.texts.set(runKeys.commit("4711-ab12cd34"), JSON.stringify(elsewhere));
    const { github, look } = await step({ destination });
    await look(progressOf(1));
    expect(github.checks[0]?.head_sha).toBe(sha);
  });

  it("is found again when the answer to its making was lost", async () => {
    const { github, look, pass } = await step();
    github.between = (call) =>
      call === "POST /check-runs" ? { status: 502, message: "Bad gateway", after: true } : undefined;
    await look(progressOf(1));
    pass(60);
    await look(progressOf(2));
    expect(github.checks).toHaveLength(1);
    expect(github.checks[0]?.output.title).toMatch(/^2\/100/);
  });

  it("of a run that no worker could work on is closed as failed, with the reason as mere text", async () => {
    const { github, refused } = await step();
    await refused("no language data <script>");
    expect(github.checks[0]).toMatchObject({ conclusion: "failure" });
    expect(github.checks[0]?.output.summary).not.toContain("<script>");
  });

  it("has a name, places and a report of strangers as mere text, within GitHub's limit", async () => {
    const hostile = "a](javascript:x) <img src=x> @everyone \u202e | `x` -->\n## b";
    const run = madeUpRun({ runId: hostile, source: `s3://scans/${hostile}/` });
    const { github, look, report } = await step({ run, commentOn: 12 });
    await look(progressOf(1));
    expect(github.checks[0]?.name).not.toMatch(/[\n\u202e]/);
    const markup = /<img|\]\(javascript|@everyone|\n## b|\u202e/;
    expect(github.checks[0]?.output.summary).not.toMatch(markup);
    const samples = Array.from({ length: 20 }, (_, index) => ({
      key: `${hostile}${"x".repeat(900)}${index}`,
      message: hostile,
    }));
    const failures = Array.from({ length: 10 }, (_, index) => {
      return { reason: `reason-${index}` as "corrupt", meaning: "broken", documents: 20, samples };
    });
    await report({ outcome: "failed", runId: hostile, source: `s3://scans/${hostile}/`, failures });
    const shown = [github.checks[0]?.output.summary ?? "", github.comments[0]?.body ?? ""];
    for (const text of shown) {
      expect(text).not.toMatch(markup);
      expect(text.length).toBeGreaterThan(1000);
      expect(text.length).toBeLessThan(65_535);
    }
    expect(github.comments[0]?.body.match(/-->/g)?.length).toBe(
      github.comments[0]?.body.match(/<!--/g)?.length,
    );
  });
});

describe("the comment of a run", () => {
  it("is made at the end of the first leg, and kept up to date by the next", async () => {
    const first = await step({ commentOn: 12 });
    await first.report({ outcome: "running" });
    const second = await step({ api: first.github, destination: first.destination, commentOn: 12 });
    await second.report({ outcome: "succeeded" });
    expect(first.github.comments).toHaveLength(1);
    expect(first.github.comments[0]).toMatchObject({
      issue: 12,
      body: expect.stringContaining("**Textmill: succeeded**"),
    });
  });

  it("is found behind a hundred others, and is never a stranger's", async () => {
    const first = await step({ commentOn: 12 });
    await first.report({ outcome: "running" });
    const [ours] = first.github.comments;
    const copied = { issue: 12, body: ours?.body ?? "", user: { type: "User" }, author_association: "NONE" };
    first.github.comments.unshift(
      ...Array.from({ length: 130 }, (_, index) => ({ ...copied, id: 1000 + index })),
    );
    const second = await step({ api: first.github, destination: first.destination, commentOn: 12 });
    await second.report({ outcome: "succeeded" });
    expect(first.github.comments).toHaveLength(131);
    expect(first.github.comments.filter(({ body }) => body.includes("succeeded"))).toEqual([
      expect.objectContaining({ id: ours?.id }),
    ]);
  });

  it("is one for each run, and none where it was not asked for", async () => {
    const api = await startGithubApi();
    for (const runId of ["one", "two"]) {
      const run = madeUpRun({ runId });
      const { reported } = await step({ api, run, commentOn: 12 });
      await reported(reportOf({ runId }));
    }
    expect(api.comments).toHaveLength(2);
    const { report } = await step({ api });
    await report({});
    expect(api.comments).toHaveLength(2);
  });
});

describe("GitHub's API, when it does not answer as it should,", () => {
  it("is asked once when it refuses, and the log says once what the job lacks", async () => {
    const { github, look, pass, report, console } = await step({ commentOn: 12 });
    github.between = () => ({ status: 403, message: "Resource not accessible by integration" });
    for (let done = 0; done < 10; done++) {
      await look(progressOf(done));
      pass(60);
    }
    await report({ outcome: "succeeded" });
    expect(github.calls).toHaveLength(2);
    expect(console.lines).toEqual([
      expect.stringMatching(/^warning: .*a check: 403: Resource not accessible.*permissions: checks: write/),
      expect.stringMatching(/^warning: .*a comment on #12: 403: .*permissions: issues: write/),
    ]);
  });

  it("is left alone for as long as it asks, and the run goes on meanwhile", async () => {
    const { github, look, pass, console } = await step();
    github.between = (_, number) => (number === 1 ? secondaryLimit("300") : undefined);
    await look(progressOf(1));
    for (let second = 0; second < 280; second += 10) {
      pass(10);
      await look(progressOf(2));
    }
    expect(github.calls).toHaveLength(1);
    pass(30);
    await look(progressOf(3));
    expect(github.checks).toHaveLength(1);
    expect(console.lines).toEqual([
      expect.stringContaining("secondary rate limit"),
      expect.stringContaining("shown at"),
    ]);
  });

  it("is waited for at the end for seconds, not for the minutes that it asks for", async () => {
    const { github, report, waited } = await step();
    github.between = () => secondaryLimit("300");
    await report({ outcome: "succeeded" });
    expect(waited()).toBe(0);
    expect(github.calls).toHaveLength(1);
    const short = await step();
    short.github.between = (_, number) => (number === 1 ? secondaryLimit("7") : undefined);
    await short.report({ outcome: "succeeded" });
    expect(short.waited()).toBeGreaterThanOrEqual(7);
    expect(short.github.checks[0]).toMatchObject({ conclusion: "success" });
  });

  it.each([
    { name: "fails", fault: { status: 502, message: "Bad gateway" } },
    { name: "hangs up", fault: "hang up" },
    { name: "says nothing of sense", fault: { status: 500, message: "<html>\n::error::x" } },
  ] as const)("is asked a few times more when it $name, and does not fail the run", async ({ fault }) => {
    const { github, look, pass, report, console, waited } = await step();
    github.between = () => fault;
    for (let done = 0; done < 20; done++) {
      await look(progressOf(done));
      pass(120);
    }
    expect(github.calls).toHaveLength(5);
    await report({ outcome: "succeeded" });
    expect(github.calls.length).toBeLessThanOrEqual(10);
    expect(waited()).toBeLessThanOrEqual(20);
    expect(console.lines).toHaveLength(1);
    expect(console.lines[0]).not.toContain("\n");
  });

  it("is as well as new once it answers again", async () => {
    const { github, look, pass, report } = await step();
    github.between = (_, number) => (number < 4 ? { status: 502, message: "Bad gateway" } : undefined);
    for (let done = 0; done < 6; done++) {
      await look(progressOf(done));
      pass(120);
    }
    await report({ outcome: "succeeded" });
    expect(github.checks).toEqual([expect.objectContaining({ conclusion: "success" })]);
  });

  it("is not waited for when it keeps silent, in a workflow that is being cancelled", async () => {
    const { github, look, report, stop, console } = await step({ commentOn: 12 });
    github.between = () => "nothing";
    void look(progressOf(1));
    void look(progressOf(2));
    stop.abort();
    const before = Date.now();
    await report({ outcome: "running" });
    expect(Date.now() - before).toBeLessThan(6000);
    expect(posts(github)).toEqual([]);
    expect(console.lines.filter((line) => line.startsWith("error"))).toEqual([]);
  });

  it("is not asked without a token, and outside of a workflow the log says why", async () => {
    const { github, look, report } = await step({ environment: { GITHUB_REPOSITORY: undefined } });
    await look(progressOf(1));
    await report({});
    expect(github.calls).toEqual([]);
    const console = listeningConsole();
    const off = await showOnGithub(madeUpRun(), { github: undefined, destination: memoryStore(), console });
    await off.progress(progressOf(1));
    await off.reported(reportOf({}));
    expect(console.lines).toEqual([]);
  });
});
