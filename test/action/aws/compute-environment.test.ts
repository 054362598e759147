import {
  BatchClient,
  type ComputeEnvironmentDetail,
  CreateComputeEnvironmentCommand,
  DescribeComputeEnvironmentsCommand,
  UpdateComputeEnvironmentCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { ensureComputeEnvironment } from "../../../action/aws/compute-environment.ts";
import { AwsError } from "../../../action/aws/errors.ts";
import { surroundings } from "../../support/surroundings.ts";

const arn = "arn:aws:batch:eu-west-1:123456789012:compute-environment/textmill-spot";
const wanted = {
  name: "textmill-spot",
  kind: "spot" as const,
  maxVcpus: 64 as number | undefined,
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
  tags: { team: "archive" },
};

const valid: ComputeEnvironmentDetail = {
  computeEnvironmentName: "textmill-spot",
  computeEnvironmentArn: arn,
  ecsClusterArn: "",
  state: "ENABLED",
  status: "VALID",
  tags: { "created-by": "textmill" },
  computeResources: {
    type: "FARGATE_SPOT",
    maxvCpus: 64,
    subnets: ["subnet-2", "subnet-1"],
    securityGroupIds: ["sg-1"],
  },
};

/** One answer for each look; the last one stays. */
function batchThatShows(...looks: (Partial<ComputeEnvironmentDetail> | undefined)[]) {
  const batch = new BatchClient({ region: "eu-west-1" });
  const mock = mockClient(batch);
  const answers = looks.map((look) => ({
    computeEnvironments: look === undefined ? [] : [{ ...valid, ...look }],
  }));
  const describing = mock.on(DescribeComputeEnvironmentsCommand);
  for (const answer of answers) describing.resolvesOnce(answer);
  describing.resolves(answers.at(-1) ?? {});
  mock.on(CreateComputeEnvironmentCommand).resolves({});
  mock.on(UpdateComputeEnvironmentCommand).resolves({});
  const ensure = (changes: Partial<typeof wanted> = {}, around = surroundings()) =>
    ensureComputeEnvironment(batch, { ...wanted, ...changes }, around);
  return { mock, ensure };
}

const inputsOf = (
  mock: ReturnType<typeof batchThatShows>["mock"],
  command: typeof CreateComputeEnvironmentCommand | typeof UpdateComputeEnvironmentCommand,
) => mock.commandCalls(command as typeof CreateComputeEnvironmentCommand).map(({ args }) => args[0].input);

const refused = (name: string, message: string) =>
  Object.assign(new Error(message), { name, $metadata: {}, $fault: "client" });

describe("a compute environment", () => {
  it("is created when there is none, with what Fargate needs and nothing else", async () => {
    const { mock, ensure } = batchThatShows(undefined, {});
    expect(await ensure()).toEqual({ arn, maxVcpus: 64, change: "created" });
    expect(inputsOf(mock, CreateComputeEnvironmentCommand)).toEqual([
      {
        computeEnvironmentName: "textmill-spot",
        type: "MANAGED",
        state: "ENABLED",
        computeResources: {
          type: "FARGATE_SPOT",
          maxvCpus: 64,
          subnets: ["subnet-1", "subnet-2"],
          securityGroupIds: ["sg-1"],
        },
        tags: { team: "archive", "created-by": "textmill" },
      },
    ]);
  });

  it("gets room for 256 vCPUs when nobody says how much", async () => {
    const { mock, ensure } = batchThatShows(undefined, {});
    await ensure({ maxVcpus: undefined });
    expect(inputsOf(mock, CreateComputeEnvironmentCommand)[0]?.computeResources?.maxvCpus).toBe(256);
  });

  it("is let be when it is as wanted, whatever the order of its subnets", async () => {
    const { mock, ensure } = batchThatShows({});
    expect(await ensure()).toEqual({ arn, maxVcpus: 64, change: "none" });
    expect(mock.calls().every(({ args }) => args[0] instanceof DescribeComputeEnvironmentsCommand)).toBe(
      true,
    );
  });

  it("keeps the vCPUs it has when nobody says how many", async () => {
    const { mock, ensure } = batchThatShows({});
    expect(await ensure({ maxVcpus: undefined })).toMatchObject({ maxVcpus: 64, change: "none" });
    expect(inputsOf(mock, UpdateComputeEnvironmentCommand)).toEqual([]);
  });

  it("is updated in place when it differs, after a table of wanted and found", async () => {
    const before = {
      computeResources: { ...valid.computeResources, type: "FARGATE_SPOT", maxvCpus: 16 },
    } as const;
    const { mock, ensure } = batchThatShows(before, before, {});
    const around = surroundings();
    expect(await ensure({}, around)).toEqual({ arn, maxVcpus: 64, change: "updated" });
    expect(around.lines).toEqual([
      "Updating the compute environment textmill-spot:",
      "             wanted  found",
      "  max vCPUs  64      16",
    ]);
    expect(inputsOf(mock, UpdateComputeEnvironmentCommand)).toEqual([
      {
        computeEnvironment: "textmill-spot",
        computeResources: { maxvCpus: 64, subnets: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
      },
    ]);
  });

  it("is waited for while it is made or changed", async () => {
    const { ensure } = batchThatShows(
      undefined,
      undefined,
      { status: "CREATING" },
      { status: "UPDATING" },
      {},
    );
    const around = surroundings();
    expect(await ensure({}, around)).toMatchObject({ change: "created" });
    expect(around.waited).toBe(1 + 2 + 3);
  });

  it("is given up on when it does not settle within five minutes", async () => {
    const { ensure } = batchThatShows({ status: "CREATING" });
    const around = surroundings();
    await expect(ensure({}, around)).rejects.toThrow(
      /compute environment textmill-spot is still CREATING after 5/,
    );
    expect(around.waited).toBeGreaterThanOrEqual(300);
  });

  it("is given up on when it never shows after its creation", async () => {
    const { mock, ensure } = batchThatShows(undefined);
    await expect(ensure()).rejects.toThrow(/is still not there after 5 minutes/);
    expect(inputsOf(mock, CreateComputeEnvironmentCommand)).toHaveLength(1);
  });

  it("that is INVALID is refused with the reason and what usually causes it", async () => {
    const { ensure } = batchThatShows({ status: "INVALID", statusReason: "CLIENT_ERROR - subnet-1 is gone" });
    const ended = ensure();
    await expect(ended).rejects.toThrow(AwsError);
    await expect(ended).rejects.toThrow(/INVALID.*CLIENT_ERROR - subnet-1 is gone.*Usually a subnet/s);
  });

  it("that is INVALID and differs is mended", async () => {
    const { ensure } = batchThatShows(
      ...Array<Partial<ComputeEnvironmentDetail>>(2).fill({
        status: "INVALID",
        computeResources: {
          type: "FARGATE_SPOT",
          maxvCpus: 64,
          subnets: ["subnet-0"],
          securityGroupIds: ["sg-1"],
        },
      }),
      { status: "UPDATING" },
      {},
    );
    expect(await ensure()).toMatchObject({ change: "updated" });
  });

  it.each([
    [
      "belongs to something else",
      { tags: { team: "other" } },
      /textmill-spot exists, but lacks the tag created-by/,
    ],
    [
      "was disabled",
      { state: "DISABLED" as const },
      /disabled.*--compute-environment textmill-spot --state ENABLED/,
    ],
    ["is being deleted", { status: "DELETING" as const }, /being deleted/],
    [
      "is of another kind of capacity",
      { computeResources: { ...valid.computeResources, type: "FARGATE", maxvCpus: 64 } } as const,
      /type FARGATE, spot capacity needs FARGATE_SPOT/,
    ],
  ])("that %s is refused and not touched", async (_, look, message) => {
    const { mock, ensure } = batchThatShows(look);
    const ended = ensure();
    await expect(ended).rejects.toThrow(AwsError);
    await expect(ended).rejects.toThrow(message);
    expect(mock.calls().every(({ args }) => args[0] instanceof DescribeComputeEnvironmentsCommand)).toBe(
      true,
    );
  });

  it("that was deleted a moment ago is created anew", async () => {
    const { ensure } = batchThatShows({ status: "DELETED" }, {});
    expect(await ensure()).toMatchObject({ change: "created" });
  });

  it.each([
    ["ClientException", "Error executing request, Exception : Object already exists"],
    ["InvalidParameterValueException", "A compute environment already exists with the name textmill-spot"],
  ])("is another run's when that run creates it first (%s)", async (name, message) => {
    const { mock, ensure } = batchThatShows(undefined, {});
    mock.on(CreateComputeEnvironmentCommand).rejects(refused(name, message));
    expect(await ensure()).toEqual({ arn, maxVcpus: 64, change: "none" });
  });

  it("that another run is changing is looked at again", async () => {
    const before = {
      computeResources: { ...valid.computeResources, type: "FARGATE_SPOT", maxvCpus: 16 },
    } as const;
    const { mock, ensure } = batchThatShows(before, before, { status: "UPDATING" }, {});
    mock
      .on(UpdateComputeEnvironmentCommand)
      .rejects(refused("ClientException", "Cannot update, resource is being modified"));
    expect(await ensure()).toMatchObject({ change: "none" });
  });

  it("that is changed back each time is given up on", async () => {
    const { mock, ensure } = batchThatShows({ computeResources: { type: "FARGATE_SPOT", maxvCpus: 16 } });
    await expect(ensure()).rejects.toThrow(/something else changes it back/);
    expect(inputsOf(mock, UpdateComputeEnvironmentCommand).length).toBeLessThan(10);
  });

  it("passes on what AWS refuses", async () => {
    const { mock, ensure } = batchThatShows(undefined);
    mock.on(CreateComputeEnvironmentCommand).rejects(refused("AccessDeniedException", "not you"));
    await expect(ensure()).rejects.toThrow("not you");
  });
});
