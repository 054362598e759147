import {
  BatchClient,
  DescribeJobDefinitionsCommand,
  type JobDefinition,
  RegisterJobDefinitionCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contentHash,
  contentOf,
  ensureJobDefinition,
  retryRules,
} from "../../../action/aws/job-definition.ts";
import { deservesRetry } from "../../../worker/contract.ts";
import { surroundings } from "../../support/surroundings.ts";

const wanted = {
  name: "textmill",
  image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/textmill@sha256:aa",
  vcpus: 4,
  memoryMib: 8192,
  jobRole: "arn:aws:iam::123456789012:role/textmill-job",
  executionRole: "arn:aws:iam::123456789012:role/textmill-execution",
  logGroup: "/textmill",
  assignPublicIp: true,
};

const arn = (revision: number) => `arn:aws:batch:eu-west-1:123456789012:job-definition/textmill:${revision}`;

function revision(number: number, of: typeof wanted, tags: Record<string, string> = {}): JobDefinition {
  const { containerProperties } = contentOf(of);
  return {
    jobDefinitionName: "textmill",
    jobDefinitionArn: arn(number),
    revision: number,
    type: "container",
    status: "ACTIVE",
    containerProperties,
    tags: { "created-by": "textmill", "textmill-content": contentHash(contentOf(of)), ...tags },
  };
}

/** One page for each list. */
function batchWith(...pages: JobDefinition[][]) {
  const batch = new BatchClient({ region: "eu-west-1" });
  const mock = mockClient(batch);
  const asked = { jobDefinitionName: "textmill", status: "ACTIVE", maxResults: 100 };
  for (const [index, jobDefinitions] of pages.entries()) {
    mock
      .on(
        DescribeJobDefinitionsCommand,
        { ...asked, nextToken: index === 0 ? undefined : String(index) },
        true,
      )
      .resolves({ jobDefinitions, nextToken: index + 1 < pages.length ? String(index + 1) : undefined });
  }
  mock
    .on(RegisterJobDefinitionCommand)
    .resolves({ jobDefinitionName: "textmill", jobDefinitionArn: arn(9), revision: 9 });
  const registered = () => mock.commandCalls(RegisterJobDefinitionCommand).map(({ args }) => args[0].input);
  return { registered, ensure: (of = wanted) => ensureJobDefinition(batch, of, surroundings()) };
}

describe("a job definition", () => {
  it("is registered when there is none of its content", async () => {
    const { ensure, registered } = batchWith([revision(1, { ...wanted, image: "other" })]);
    expect(await ensure()).toEqual({ arn: arn(9), change: "created" });
    expect(registered()).toHaveLength(1);
    expect(registered()[0]).toMatchObject({
      jobDefinitionName: "textmill",
      type: "container",
      platformCapabilities: ["FARGATE"],
      propagateTags: true,
      timeout: { attemptDurationSeconds: 86400 },
      tags: { "created-by": "textmill", "textmill-content": expect.stringMatching(/^[0-9a-f]{32}$/) },
      containerProperties: {
        image: wanted.image,
        environment: [{ name: "TEXTMILL_PROCESSES", value: "4" }],
        networkConfiguration: { assignPublicIp: "ENABLED" },
        resourceRequirements: [
          { type: "VCPU", value: "4" },
          { type: "MEMORY", value: "8192" },
        ],
      },
    });
  });

  it("is found by its content on a later page", async () => {
    const others = [revision(3, { ...wanted, vcpus: 2 })];
    const { ensure, registered } = batchWith(others, others, [revision(1, wanted)]);
    expect(await ensure()).toEqual({ arn: arn(1), change: "none" });
    expect(registered()).toEqual([]);
  });

  it("is found when AWS Batch completed and reordered what it was given", async () => {
    const found = revision(1, wanted);
    const { containerProperties } = found;
    const { ensure } = batchWith([
      {
        ...found,
        containerProperties: {
          ...containerProperties,
          command: [],
          volumes: [],
          resourceRequirements: containerProperties?.resourceRequirements?.toReversed(),
        },
      },
    ]);
    expect(await ensure()).toEqual({ arn: arn(1), change: "none" });
  });

  it("is not taken for its tag alone", async () => {
    const forged = { ...revision(1, { ...wanted, image: "other" }), tags: revision(1, wanted).tags };
    const foreign = revision(2, wanted, { "created-by": "someone" });
    const { ensure, registered } = batchWith([forged, foreign]);
    expect(await ensure()).toMatchObject({ change: "created" });
    expect(registered()).toHaveLength(1);
  });

  it("runs one process with less than one vCPU", () => {
    const small = contentOf({ ...wanted, vcpus: 0.25, memoryMib: 1024 });
    expect(small.containerProperties?.environment).toEqual([{ name: "TEXTMILL_PROCESSES", value: "1" }]);
  });
});

describe("the hash of a job definition's content", () => {
  const shuffled = (value: unknown, order: () => number): unknown => {
    if (Array.isArray(value)) return value.map((part) => shuffled(part, order));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(
      ([key, part]) => [order(), key, shuffled(part, order)] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, part]) => [key, part]));
  };

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ noNaN: true })), (numbers) => {
        const order = () => numbers.next().value ?? 0;
        const content = shuffled(contentOf(wanted), order) as ReturnType<typeof contentOf>;
        expect(contentHash(content)).toBe(contentHash(contentOf(wanted)));
      }),
    );
  });

  it("changes with each setting", () => {
    const other = fc.record({
      name: fc.string(),
      image: fc.string(),
      vcpus: fc.constantFrom(0.5, 1, 2, 8),
      memoryMib: fc.nat({ max: 8191 }),
      jobRole: fc.string(),
      executionRole: fc.string(),
      logGroup: fc.string(),
      assignPublicIp: fc.constant(false),
    });
    const setting = fc.constantFrom(...(Object.keys(wanted) as (keyof typeof wanted)[]));
    fc.assert(
      fc.property(other, setting, (others, key) => {
        fc.pre(others[key] !== wanted[key]);
        const changed = { ...wanted, [key]: others[key] };
        expect(contentHash(contentOf(changed))).not.toBe(contentHash(contentOf(wanted)));
      }),
    );
  });
});

describe("the retry rules", () => {
  /** As AWS Batch reads them: the first rule that matches counts, and what matches none is tried again. */
  const triesAgain = (exitCode: number | undefined, statusReason: string) => {
    const rule = retryRules().find(({ onExitCode, onStatusReason }) =>
      onExitCode === undefined
        ? statusReason.startsWith(onStatusReason?.replace(/\*$/, "") ?? "")
        : onExitCode === String(exitCode),
    );
    return rule === undefined || rule.action === "RETRY";
  };

  it("try again exactly what the contract says deserves it", () => {
    for (let code = 1; code < 256; code++) {
      expect(triesAgain(code, "Essential container in task exited")).toBe(deservesRetry(code));
    }
  });

  it("try again what Spot interrupted, however the worker ended", () => {
    expect(triesAgain(64, "Your Spot Task was interrupted.")).toBe(true);
    expect(triesAgain(undefined, "Your Spot Task was interrupted.")).toBe(true);
  });

  it("are as many and as plain as AWS Batch takes", () => {
    expect(retryRules().length).toBeLessThanOrEqual(5);
    for (const { onStatusReason = "", onExitCode = "" } of retryRules()) {
      expect(onStatusReason).toMatch(/^[A-Za-z0-9.:\s]*\*?$/);
      expect(onExitCode).toMatch(/^[0-9]*$/);
    }
  });
});
