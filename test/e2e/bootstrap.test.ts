import { randomUUID } from "node:crypto";
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import {
  makeBucket,
  openDefaultVpc,
  outputsIn,
  putSources,
  runOnAccount,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { makeForeignThings, thingsIn } from "../support/foreign-things.ts";
import { forStandIn } from "../support/policies.ts";
import { type ProgramEnd, runInfraScript, withoutRunner } from "../support/program.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";

/** Of no other file's tests: teardown ends with nothing of Textmill's in it. */
const region = "eu-central-1";

describe.skipIf(!awsUnderTest?.isStandIn)(
  "an account from nothing to a run and back, in order (skipped without a stand-in)",
  { shuffle: false },
  () => {
    const iam = new IAMClient({ region });
    const id = randomUUID().slice(0, 8);
    const source = `s3://textmill-test-${id}-source/scans of 2026/`;
    const destination = `s3://textmill-test-${id}-destination/text/`;
    const administrator = { ...withoutRunner(process.env), AWS_REGION: region };
    const setUp = [
      ...["--repository", "octocat/archive", "--owner-id", "583231", "--repository-id", "1296269"],
      ...["--source", source, "--destination", destination],
    ];

    let before: string[];

    beforeAll(async () => {
      await openDefaultVpc(region);
      for (const name of ["source", "destination"]) await makeBucket(region, `textmill-test-${id}-${name}`);
      await makeForeignThings(region, `someone-elses-${id}`);
      before = await thingsIn(region);
    });

    async function runRecorded(
      script: "bootstrap" | "teardown",
      args: string[],
    ): Promise<{ end: ProgramEnd; changes: string[] }> {
      const proxy = await startRecordingProxy();
      const end = await runInfraScript(script, args, { ...administrator, AWS_ENDPOINT_URL: proxy.url });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      return { end, changes: proxy.calls.filter(isChange) };
    }

    test("bootstrap shows what it would do, and does it only when told", async () => {
      const shown = await runRecorded("bootstrap", setUp);
      expect(shown.end.output).toMatch(/role textmill-deploy +not there +create/);
      expect(shown.end.output).toContain("Nothing was changed.");
      expect(shown.changes).toEqual([]);
      const done = await runRecorded("bootstrap", [...setUp, "--yes"]);
      expect(done.end.output).toContain("Done.");
      expect(done.end.output).toContain(
        `gh variable set TEXTMILL_SOURCE --repo octocat/archive --body '${source}'`,
      );
    });

    test("the second bootstrap has nothing to do", async () => {
      const { end, changes } = await runRecorded("bootstrap", [...setUp, "--yes"]);
      expect(end.output).toContain("Nothing to do");
      expect(changes).toEqual([]);
    });

    let account: TestAccount;

    test("doctor finds nothing wrong, with the rights of the deploy role and no others", async () => {
      await makeCheckable(iam, ["textmill-deploy", "textmill-job"]);
      await letCallerAssume(iam, "textmill-deploy");
      account = await asDeployRole();
      await putSources(account, await goodDocuments(8));
      const end = await runOnAccount(account, { command: "doctor" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      const states = [...end.output.matchAll(/^(ok|warning|failed|skipped) +(.+?) {2}/gm)];
      const amiss = states.filter(([, state]) => state !== "ok").map(([, , name]) => name);
      // The stand-in knows neither IAM's simulation nor quotas, nor that s3:ListBucket allows HeadBucket.
      expect(amiss).toEqual(["bucket regions", "job role", "execution role", "vCPU quota (spot)"]);
    });

    test("a run succeeds, with the rights of the deploy role and no others", async () => {
      const end = await runOnAccount(account, { "run-id": "first" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      expect((await outputsIn(account)).size).toBe(8);
    });

    test("what was changed behind its back is shown and mended", async () => {
      const { end } = await runRecorded("bootstrap", [...setUp, "--yes"]);
      expect(end.output).toMatch(
        /role textmill-deploy +differs +update trust policy, policy textmill, policy textmill-doctor/,
      );
      expect((await runRecorded("bootstrap", setUp)).end.output).toContain("Nothing to do");
    });

    test("teardown shows what it would remove, ends what is at work, and leaves nothing of Textmill", async () => {
      const submitted = await runOnAccount(
        { ...account, env: administrator },
        { command: "submit", "run-id": "at-work", force: "true" },
      );
      expect(submitted, submitted.output + submitted.errors).toMatchObject({ exitCode: 0 });
      const shown = await runRecorded("teardown", []);
      expect(shown.end.output).toMatch(/job queue textmill-spot +1 job not over +end its jobs, delete/);
      expect(shown.end.output).toContain("Nothing was deleted.");
      expect(shown.changes).toEqual([]);
      const done = await runRecorded("teardown", ["--yes"]);
      expect(done.end.output).toContain("Done.");
      expect(await thingsIn(region)).toEqual(before);
    });

    test("the second teardown has nothing to do, and documents and texts are still there", async () => {
      const { end, changes } = await runRecorded("teardown", ["--yes"]);
      expect(end.output).toContain("Nothing is left of Textmill here.");
      expect(changes).toEqual([]);
      expect((await outputsIn(account)).size).toBe(8);
    });

    /** A session as a workflow has it. */
    async function asDeployRole(): Promise<TestAccount> {
      const { Credentials } = await new STSClient({ region }).send(
        new AssumeRoleCommand({
          RoleArn: "arn:aws:iam::123456789012:role/textmill-deploy",
          RoleSessionName: "workflow",
        }),
      );
      return {
        region,
        source,
        destination,
        jobRole: "textmill-job",
        executionRole: "textmill-execution",
        env: {
          ...administrator,
          AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
          AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
          AWS_SESSION_TOKEN: Credentials?.SessionToken,
        },
        inputs: { source, destination, engine: "batch", vcpus: "1", "memory-mib": "2048", "max-vcpus": "8" },
      };
    }
  },
);

const isChange = (call: string) => !/:(describe|get|list|head)/i.test(call);

/** The policies of the roles, as far as the stand-in can check them. */
async function makeCheckable(iam: IAMClient, roles: string[]): Promise<void> {
  for (const RoleName of roles) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const policy = forStandIn(JSON.parse(decodeURIComponent(PolicyDocument)));
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }),
      );
    }
  }
}

/** The stand-in knows nothing of GitHub's tokens: it gives the role to whoever runs the tests instead. */
async function letCallerAssume(iam: IAMClient, RoleName: string): Promise<void> {
  const { Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: Arn }, Action: "sts:AssumeRole" }],
  };
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
}
