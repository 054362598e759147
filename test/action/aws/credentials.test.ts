import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { IAMClient, type Role } from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { sessionName, useRole } from "../../../action/aws/credentials.ts";
import { AwsError } from "../../../action/aws/errors.ts";
import { followBatchRun } from "../../../action/engines/batch/follow-run.ts";
import { batchRun } from "../../support/batch-run.ts";
import { listeningConsole } from "../../support/console.ts";
import { startIdTokens, stubEnvironment } from "../../support/id-tokens.ts";
import { madeUpBatch } from "../../support/made-up-batch.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { notAuthorized, type Sts, startSts, unavailable } from "../../support/sts.ts";

const role = {
  arn: "arn:aws:iam::123456789012:role/textmill-deploy",
  region: "eu-west-1",
  sessionName: "textmill-4711",
};

const minute = 60_000;

/** A step that may ask for ID tokens, in a time that stands still until it is moved. */
async function step() {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.useRealTimers();
    written.mockRestore();
  });
  const tokens = await startIdTokens();
  const sts = await startSts();
  stubEnvironment({ ...withoutOtherCredentials, ...tokens.environment, AWS_ENDPOINT_URL_STS: sts.url });
  const console = listeningConsole();
  const wait = async (seconds: number) => void vi.advanceTimersByTime(seconds * 1000);
  return {
    tokens,
    sts,
    console,
    enter: (waiting = wait) => useRole(role, process.env, console, waiting),
    written: () => written.mock.calls.map(([text]) => String(text)).join(""),
  };
}

/** All that `useRole` sets or deletes, so that each test leaves the environment as it was. */
const withoutOtherCredentials = {
  AWS_ENDPOINT_URL: undefined,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: undefined,
  AWS_SHARED_CREDENTIALS_FILE: undefined,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: undefined,
};

/** The access keys of a client of ours, as the SDK's default chain finds them. */
function clientKeys() {
  const { config } = madeUpBatch().client({ credentials: undefined as never });
  return async () => (await config.credentials()).accessKeyId;
}

const refusedWith = async (entering: Promise<void>) => {
  const error = await entering.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AwsError);
  return (error as AwsError).message;
};

describe("the credentials of a role", () => {
  it("become those of every client of the process, whatever the environment had before", async () => {
    const { enter, sts, tokens } = await step();
    await enter();
    expect(await clientKeys()()).toBe("ASIAEXAMPLE1");
    expect(Object.fromEntries(sts.requests[0] ?? [])).toMatchObject({
      Action: "AssumeRoleWithWebIdentity",
      RoleArn: role.arn,
      RoleSessionName: "textmill-4711",
      DurationSeconds: "3600",
      WebIdentityToken: tokens.issued[0],
    });
  });

  it("are handed to nobody without the token", async () => {
    const { enter } = await step();
    await enter();
    const url = process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "";
    const answer = await fetch(url, { headers: { authorization: "guessed" } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain("ASIA");
  });

  it("are masked, and the log has neither them nor the ID token but to mask them", async () => {
    const { enter, tokens, written, console } = await step();
    await enter();
    const secrets = [...tokens.issued, "secret-of-ASIAEXAMPLE1", "token-of-ASIAEXAMPLE1"];
    const lines = [...written().split("\n"), ...console.lines];
    for (const secret of secrets) {
      expect(lines.filter((line) => line.includes(secret))).toEqual([`::add-mask::${secret}`]);
    }
  });

  it("of 15 minutes keep a watcher going for 12 hours, through half a dozen troubles of STS", async () => {
    const { enter, sts } = await step();
    sts.sessionMinutes = 15;
    const startedAt = Date.now();
    // Down for three minutes every two hours.
    sts.refuse = () => ((Date.now() - startedAt) % (120 * minute) < 3 * minute ? unavailable : undefined);
    vi.advanceTimersByTime(4 * minute);
    await enter();
    const batch = madeUpBatch();
    const expired: unknown[] = [];
    batch.between = async ({ accessKeyId = "", serve }) => {
      if ((sts.sessions.get(accessKeyId) ?? 0) <= Date.now()) expired.push(accessKeyId);
      return serve();
    };
    const end = await followBatchRun(
      batch.client({ credentials: undefined as never }),
      batchRun(),
      {
        destination: memoryStore(),
        console: listeningConsole(),
        stop: new AbortController().signal,
        seconds: 12 * 3600,
      },
      async (seconds) => {
        // With the time that a look takes, it is not much more often than twice a minute.
        vi.advanceTimersByTime((seconds + 15) * 1000);
        await turn();
      },
    );
    expect(end).toEqual({ outcome: "running" });
    expect(Date.now() - startedAt).toBeGreaterThan(12 * 60 * minute);
    expect(expired).toEqual([]);
    expect(sts.sessions.size).toBeGreaterThan(12 * 4);
    expect(new Set(sts.requests.map((request) => request.get("WebIdentityToken"))).size).toBe(
      sts.requests.length,
    );
  });

  it("serve on for half an hour while they cannot be renewed, and whoever reads the log is told once", async () => {
    const { enter, sts, console } = await step();
    await enter();
    const keys = clientKeys();
    expect(await keys()).toBe("ASIAEXAMPLE1");
    vi.advanceTimersByTime(29 * minute);
    sts.refuse = () => unavailable;
    for (const end = Date.now() + 29 * minute; Date.now() < end; ) {
      vi.advanceTimersByTime(minute);
      expect(await keys()).toBe("ASIAEXAMPLE1");
      await settled(sts);
    }
    expect(sts.requests.length).toBeGreaterThan(6);
    expect(console.lines).toEqual([
      expect.stringMatching(
        /^warning: The credentials could not be renewed\. .* last until 20.* cannot be assumed: .*Try again later/,
      ),
    ]);
    sts.refuse = () => undefined;
    vi.advanceTimersByTime(2 * minute);
    expect(await keys()).toBe("ASIAEXAMPLE2");
  });
});

/** Until nothing more is asked in the background. */
async function settled(sts: Sts): Promise<void> {
  for (let before = -1; before !== sts.requests.length; ) {
    before = sts.requests.length;
    await delay(20);
  }
}

describe("assuming a role", () => {
  it("takes a new ID token for each attempt, since one does not outlive a trouble of STS", async () => {
    const { enter, sts, tokens } = await step();
    sts.refuse = (number) => (number <= 3 ? unavailable : undefined);
    await enter(async () => void vi.advanceTimersByTime(6 * minute));
    expect(sts.requests).toHaveLength(4);
    expect(sts.requests.map((request) => request.get("WebIdentityToken"))).toEqual(tokens.issued);
    expect(new Set(tokens.issued).size).toBe(4);
  });

  it("is tried again when the ID token came too late", async () => {
    const { enter, sts } = await step();
    const expired = { status: 400, code: "ExpiredTokenException", message: "Token expired" };
    sts.refuse = (number) => (number === 1 ? expired : undefined);
    await enter();
    expect(sts.requests).toHaveLength(2);
  });

  it("is given up after half a minute, with what was said", async () => {
    const { enter, sts } = await step();
    sts.refuse = () => unavailable;
    const before = Date.now();
    expect(await refusedWith(enter())).toMatch(/role\/textmill-deploy cannot be assumed: .*Try again later/);
    expect(sts.requests).toHaveLength(6);
    expect(Date.now() - before).toBeLessThan(90_000);
    expect(process.env.AWS_ACCESS_KEY_ID).toBe("AKIDEXAMPLE");
  });

  it("says which permission the job lacks when GitHub offers no ID token", async () => {
    const { enter, sts } = await step();
    vi.stubEnv("ACTIONS_ID_TOKEN_REQUEST_URL", undefined);
    expect(await refusedWith(enter())).toMatch(/permissions:\n {2}id-token: write/);
    expect(sts.requests).toEqual([]);
  });

  it("says so when GitHub gives no ID token", async () => {
    const { enter, tokens } = await step();
    tokens.status = 403;
    expect(await refusedWith(enter())).toMatch(/^GitHub gives no ID token: .*403/);
  });

  it("says how to make GitHub known in an account that does not know it", async () => {
    const { enter, sts } = await step();
    const message = "No OpenIDConnect provider found in your account for https://token.example";
    sts.refuse = () => ({ status: 400, code: "InvalidIdentityToken", message });
    expect(await refusedWith(enter())).toMatch(
      /aws iam create-open-id-connect-provider --url https:\/\/token\.actions/,
    );
    expect(sts.requests).toHaveLength(1);
  });
});

describe("a role that refuses", () => {
  const iam = mockClient(IAMClient);
  beforeEach(() => iam.reset());

  async function refusal(claims?: Record<string, string>) {
    const { enter, sts, tokens, written, console } = await step();
    if (claims !== undefined) tokens.claims = claims;
    sts.refuse = () => notAuthorized;
    const message = await refusedWith(enter());
    expect(sts.requests).toHaveLength(1);
    for (const token of tokens.issued) {
      expect(message).not.toContain(token);
      expect(console.lines.join("\n")).not.toContain(token);
      expect(written().replaceAll(`::add-mask::${token}`, "")).not.toContain(token);
    }
    return message;
  }

  it("is answered with the subject that GitHub sent and both that the trust should name", async () => {
    iam.onAnyCommand().rejects(new Error("Could not load credentials from any providers"));
    const message = await refusal();
    expect(message).toContain('GitHub sent the subject "repo:acme/scans:ref:refs/heads/main".');
    expect(message).toContain(
      'has to name "repo:acme/scans:ref:refs/heads/main" and "repo:acme@815/scans@4711:ref:refs/heads/main"',
    );
    expect(message).toContain("aws iam get-role --role-name textmill-deploy");
  });

  it("is answered with the subject that it trusts, where that can be read", async () => {
    const policy = {
      Statement: [
        {
          Effect: "Allow",
          Condition: {
            StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
            StringLike: { "token.actions.githubusercontent.com:sub": ["repo:acme/old:*", "repo:acme/x:*"] },
          },
        },
      ],
    };
    const document = encodeURIComponent(JSON.stringify(policy));
    iam.onAnyCommand().resolves({ Role: { AssumeRolePolicyDocument: document } as Role });
    expect(await refusal()).toContain('The role trusts "repo:acme/old:*" and "repo:acme/x:*".');
  });

  it("is answered with both forms whichever of them GitHub sent", async () => {
    iam.onAnyCommand().rejects(new Error("no"));
    const message = await refusal({
      sub: "repo:acme@815/scans@4711:environment:production",
      repository: "acme/scans",
      repository_id: "4711",
      repository_owner_id: "815",
    });
    expect(message).toContain(
      'has to name "repo:acme/scans:environment:production" and "repo:acme@815/scans@4711:environment:production"',
    );
  });

  it("is answered with a subject that an organisation made up, and with a hostile one as mere text", async () => {
    iam.onAnyCommand().rejects(new Error("no"));
    const message = await refusal({ sub: "team:x\n::error::y\u202e", repository: "acme/scans" });
    expect(message).toContain('GitHub sent the subject "team:x\\n::error::y\\u202e".');
    expect(message).toContain('has to name "team:x\\n::error::y\\u202e".');
  });
});

describe("the name of a session", () => {
  it.each([
    { name: "tells the run", runId: "4711-ab12cd34", session: "textmill-4711-ab12cd34" },
    { name: "ends where AWS STS wants it to", runId: "x".repeat(100), session: `textmill-${"x".repeat(55)}` },
    { name: "has none but the characters allowed", runId: "a b/c", session: "textmill-a-b-c" },
  ])("$name", ({ runId, session }) => expect(sessionName(runId)).toBe(session));
});
