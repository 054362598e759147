import { randomUUID } from "node:crypto";
import { GetAccessKeyLastUsedCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it, vi } from "vitest";
import { openClients } from "../../action/aws/clients.ts";
import { activeRevisions, ensureJobDefinition } from "../../action/aws/job-definition.ts";
import { cleanUpAccount, cleanUpDestination } from "../../action/commands/cleanup.ts";
import { runKeys } from "../../worker/contract.ts";
import { makeAccount, runOnAccount, storeAt, type TestAccount } from "../support/account.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { keysIn, putOldRun } from "../support/old-run.ts";
import { forStandIn, readPolicy } from "../support/policies.ts";
import { recordWrites } from "../support/writes.ts";

// A real account would keep the job definitions that it leaves.
if (awsUnderTest?.isStandIn) {
  describe(`cleanup at ${awsUnderTest.name}`, describeCleanup);
  describe(`rights for cleanup at ${awsUnderTest.name}`, describeRights);
} else {
  const why = awsUnderTest ? "skipped: AWS_ENDPOINT_URL names no stand-in for AWS" : whyNoAws;
  it.skip(`deletes what no run needs (${why})`);
}

type Clients = ReturnType<typeof openClients>;

async function register({ batch }: Clients, name: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const role = "arn:aws:iam::123456789012:role/textmill-job";
    await ensureJobDefinition(
      batch,
      {
        name,
        image: `example@sha256:${String(number).padStart(64, "0")}`,
        vcpus: 1,
        memoryMib: 2048,
        jobRole: role,
        executionRole: role,
        logGroup: "/textmill",
        assignPublicIp: true,
      },
      { log: () => undefined },
    );
  }
}

async function revisionsOf({ batch }: Clients, name: string): Promise<number[]> {
  const numbers = [];
  for await (const { revision = 0 } of activeRevisions(batch, name)) numbers.push(revision);
  return numbers.sort((a, b) => a - b);
}

function describeCleanup(): void {
  const clients = openClients(process.env.AWS_REGION ?? "us-east-1");
  const writes = recordWrites(clients);
  const name = `textmill-test-${randomUUID().slice(0, 8)}`;

  async function cleanUp(confirm: boolean): Promise<string[]> {
    const lines: string[] = [];
    const wanted = { jobDefinition: name, queues: [name], repository: name, confirm };
    await cleanUpAccount(clients, wanted, { info: (line) => void lines.push(line) });
    return lines;
  }

  it("shows what no run needs, deletes it when told to, and then finds nothing more", async () => {
    await register(clients, name, 7);
    writes.length = 0;
    const shown = await cleanUp(false);
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatch(/^would delete the job definition textmill-test-.*:2 of example@sha256:0+2$/);
    expect(shown[2]).toMatch(/^2 job definitions and 0 images are not needed; nothing was deleted/);
    expect(writes).toEqual([]);
    expect(await revisionsOf(clients, name)).toEqual([1, 2, 3, 4, 5, 6, 7]);

    await cleanUp(true);
    expect(writes).toEqual(["DeregisterJobDefinition", "DeregisterJobDefinition"]);
    expect(await revisionsOf(clients, name)).toEqual([3, 4, 5, 6, 7]);
    expect(await cleanUp(true)).toEqual(["deleted 0 job definitions and 0 images"]);
  });
}

function describeRights(): void {
  const definition = "textmill";
  const later = new Date(Date.now() + 31 * 24 * 60 * 60 * 1000);

  /** In this process, where the clock can be another, but with the keys of the account's user. */
  async function withKeysOf<T>({ env }: TestAccount, work: () => Promise<T>): Promise<T> {
    vi.stubEnv("AWS_ACCESS_KEY_ID", env.AWS_ACCESS_KEY_ID);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", env.AWS_SECRET_ACCESS_KEY);
    try {
      return await work();
    } finally {
      vi.unstubAllEnvs();
    }
  }

  async function cleanUp(account: TestAccount, confirm: boolean): Promise<string[]> {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const console = { info: say, warning: say };
    await withKeysOf(account, () =>
      cleanUpDestination(storeAt(account.destination), { confirm, now: later }, console),
    );
    return lines;
  }

  it("are not among a run's: with those it shows all and deletes nothing; with its own it deletes", async () => {
    const account = await makeAccount("sa-east-1");
    const clients = openClients(account.region);
    const store = storeAt(account.destination);
    const outputs = ["a.pdf.txt", ".textmill/settings.json"];
    for (const key of outputs) await store.write(key, "text");
    await putOldRun(store, "old");
    await store.write(runKeys.chunk("unbegun", 0), "{}");
    await putOldRun(store, "running", "running");
    await register(clients, definition, 7);
    const before = await keysIn(store);
    const revisions = await revisionsOf(clients, definition);

    expect(await cleanUp(account, false)).toMatchObject([
      expect.stringMatching(/^would delete 6 files .* of the run old, succeeded/),
      expect.stringMatching(/^would delete 1 file .* of the run unbegun, planned .* never begun$/),
      expect.stringMatching(/^7 files of 2 runs .* nothing was deleted/),
    ]);
    expect((await runOnAccount(account, { command: "cleanup" })).exitCode).toBe(0);
    await expect(cleanUp(account, true)).rejects.toMatchObject({
      code: "access-denied",
      message: expect.stringContaining("s3:DeleteObject"),
    });
    const denied = await runOnAccount(account, { command: "cleanup", confirm: "true" });
    expect(denied.exitCode).toBe(1);
    // A stand-in may not say "denied" in the words of AWS Batch.
    expect(denied.errors).toMatch(/^error: batch:DeregisterJobDefinition/m);
    expect((await keysIn(store)).filter((key) => key !== runKeys.cleaned("old"))).toEqual(before);
    expect(await revisionsOf(clients, definition)).toEqual(revisions);

    await allowCleanup(account);
    await cleanUp(account, true);
    expect((await runOnAccount(account, { command: "cleanup", confirm: "true" })).exitCode).toBe(0);
    const gone = before.filter((key) => /(old|unbegun)\/(chunks\/|results\/|jobs\/|left-over)/.test(key));
    expect(gone).toHaveLength(7);
    expect((await keysIn(store)).toSorted()).toEqual(
      [...before.filter((key) => !gone.includes(key)), runKeys.cleaned("old")].toSorted(),
    );
    expect(await revisionsOf(clients, definition)).toEqual(revisions.slice(-5));
  });
}

async function allowCleanup({ env, region, destination }: TestAccount): Promise<void> {
  const iam = new IAMClient({ region });
  const { UserName } = await iam.send(
    new GetAccessKeyLastUsedCommand({ AccessKeyId: env.AWS_ACCESS_KEY_ID }),
  );
  const { Account: account = "" } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const [, destinationBucket = "", destinationPrefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(destination) ?? [];
  const policy = readPolicy("cleanup", { account, region, destinationBucket, destinationPrefix });
  // S3 asks for the right to each key, a stand-in for the right to the bucket.
  const Resource = `arn:aws:s3:::${destinationBucket}`;
  policy.Statement.push({ Effect: "Allow", Action: "s3:DeleteObject", Resource });
  const PolicyDocument = JSON.stringify(forStandIn(policy));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "cleanup", PolicyDocument }));
}
