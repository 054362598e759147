import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  makeBucket,
  openDefaultVpc,
  outputsIn,
  putSources,
  runOnAccount,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { deploySession } from "../support/deploy-role.ts";
import { goodDocuments } from "../support/documents.ts";
import { makeForeignThings, thingsIn } from "../support/foreign-things.ts";
import { type ProgramEnd, runInfraScript, withoutRunner } from "../support/program.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";

/** Of no other file's tests: teardown ends with nothing of Textmill's in it. */
const region = "eu-central-1";

describe.skipIf(!awsUnderTest?.isStandIn)(
  "an account from nothing to a run and back, in order (skipped without a stand-in)",
  { shuffle: false },
  () => {
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
      await makeBucket(region, `someone-elses-${id}`);
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

    test("teardown of another region leaves the roles", async () => {
      const { end, changes } = await runRecorded("teardown", ["--region", "ap-southeast-2", "--yes"]);
      expect(end.output).toMatch(/roles and OIDC provider +stay: they are for eu-central-1/);
      expect(changes).toEqual([]);
    });

    test("bootstrap asks GitHub for the ids, and warns of what it does not know", async () => {
      const withoutIds = setUp.filter((_, index) => index < 2 || index >= 6);
      const known = {
        id: 1296269,
        full_name: "octocat/archive",
        owner: { id: 583231 },
        default_branch: "trunk",
      };
      const found = await runInfraScript("bootstrap", withoutIds, await atGitHub(200, known));
      expect(found.output).toMatch(/warning: octocat\/archive has the default branch trunk/);
      expect(found.output).toContain("Nothing to do");
      const renamed = await runInfraScript(
        "bootstrap",
        withoutIds,
        await atGitHub(200, { ...known, full_name: "a/b" }),
      );
      expect(renamed).toMatchObject({
        exitCode: 1,
        errors: expect.stringContaining("Write --repository a/b."),
      });
      const hidden = await runInfraScript("bootstrap", withoutIds, await atGitHub(404, {}));
      expect(hidden.output).toMatch(
        /warning: The ids of octocat\/archive are not known \(GitHub answered 404\)/,
      );
      expect(hidden.output).toMatch(/role textmill-deploy +differs +update trust policy/);
      expect(hidden.output).toContain("gh api repos/octocat/archive");
    });

    async function atGitHub(status: number, answer: object): Promise<NodeJS.ProcessEnv> {
      const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(answer)));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      return {
        ...administrator,
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      };
    }

    let account: TestAccount;

    test("doctor finds nothing wrong, with the rights of the deploy role and no others", async () => {
      account = {
        ...{ region, source, destination, jobRole: "textmill-job", executionRole: "textmill-execution" },
        env: { ...administrator, ...(await deploySession(region)) },
        inputs: { source, destination, engine: "batch", vcpus: "1", "memory-mib": "2048", "max-vcpus": "8" },
      };
      await putSources(account, await goodDocuments(8));
      const end = await runOnAccount(account, { command: "doctor" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      const states = [...end.output.matchAll(/^(ok|warning|failed|skipped) +(.+?) {2}/gm)];
      const amiss = states.filter(([, state]) => state !== "ok").map(([, , name]) => name);
      // The stand-in knows neither IAM's simulation nor quotas, nor that s3:ListBucket allows HeadBucket.
      expect(amiss).toEqual(["bucket regions", "job role", "execution role", "vCPU quota (spot)"]);
    });

    test("the deploy role is refused documents, text and what lies beside", async () => {
      const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = account.env;
      const credentials = {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN,
      };
      const s3 = new S3Client({ region, credentials });
      const refused = [
        () =>
          s3.send(new GetObjectCommand({ Bucket: `textmill-test-${id}-source`, Key: "scans of 2026/1.png" })),
        () =>
          s3.send(
            new PutObjectCommand({
              Body: "x",
              Bucket: `textmill-test-${id}-source`,
              Key: "scans of 2026/1.png",
            }),
          ),
        () =>
          s3.send(
            new PutObjectCommand({
              Body: "x",
              Bucket: `textmill-test-${id}-destination`,
              Key: "text/1.png.txt",
            }),
          ),
        () =>
          s3.send(
            new PutObjectCommand({
              Body: "x",
              Bucket: `textmill-test-${id}-destination`,
              Key: ".textmill/x",
            }),
          ),
        () => s3.send(new ListObjectsV2Command({ Bucket: `someone-elses-${id}` })),
      ];
      for (const call of refused) await expect(call()).rejects.toMatchObject({ name: "AccessDenied" });
      const Key = "text/.textmill/never-used";
      await s3.send(new PutObjectCommand({ Body: "x", Bucket: `textmill-test-${id}-destination`, Key }));
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
  },
);

const isChange = (call: string) => !/:(describe|get|list|head)/i.test(call);
