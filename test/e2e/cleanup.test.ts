import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openClients } from "../../action/aws/clients.ts";
import { activeRevisions, ensureJobDefinition } from "../../action/aws/job-definition.ts";
import { cleanUpAccount } from "../../action/commands/cleanup.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { recordWrites } from "../support/writes.ts";

// A real account would keep the job definitions that it leaves.
if (awsUnderTest?.isStandIn) describe(`cleanup at ${awsUnderTest.name}`, describeCleanup);
else {
  const why = awsUnderTest ? "skipped: AWS_ENDPOINT_URL names no stand-in for AWS" : whyNoAws;
  it.skip(`deletes what no run needs (${why})`);
}

function describeCleanup(): void {
  const clients = openClients(process.env.AWS_REGION ?? "us-east-1");
  const writes = recordWrites(clients);
  const name = `textmill-test-${randomUUID().slice(0, 8)}`;

  async function register(count: number) {
    for (let number = 1; number <= count; number++) {
      const role = "arn:aws:iam::123456789012:role/textmill-job";
      await ensureJobDefinition(
        clients.batch,
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

  async function revisions(): Promise<number[]> {
    const numbers = [];
    for await (const { revision = 0 } of activeRevisions(clients.batch, name)) numbers.push(revision);
    return numbers.sort();
  }

  async function cleanUp(confirm: boolean): Promise<string[]> {
    const lines: string[] = [];
    const wanted = { jobDefinition: name, queues: [name], repository: name, confirm };
    await cleanUpAccount(clients, wanted, { info: (line) => void lines.push(line) });
    return lines;
  }

  it("shows what no run needs, deletes it when told to, and then finds nothing more", async () => {
    await register(7);
    writes.length = 0;
    const shown = await cleanUp(false);
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatch(/^would delete the job definition textmill-test-.*:2 of example@sha256:0+2$/);
    expect(shown[2]).toMatch(/^2 job definitions and 0 images are not needed; nothing was deleted/);
    expect(writes).toEqual([]);
    expect(await revisions()).toEqual([1, 2, 3, 4, 5, 6, 7]);

    await cleanUp(true);
    expect(writes).toEqual(["DeregisterJobDefinition", "DeregisterJobDefinition"]);
    expect(await revisions()).toEqual([3, 4, 5, 6, 7]);
    expect(await cleanUp(true)).toEqual(["deleted 0 job definitions and 0 images"]);
  });
}
