import {
  BatchClient,
  DeleteComputeEnvironmentCommand,
  DeleteJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobQueuesCommand,
  ListJobsCommand,
  TerminateJobCommand,
  UpdateComputeEnvironmentCommand,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import {
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeRepositoriesCommand, ECRClient, ListTagsForResourceCommand } from "@aws-sdk/client-ecr";
import {
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  type Role,
} from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { computeEnvironmentSteps } from "../../infra-scripts/removal/compute-environments.ts";
import { imageRepositoryStep } from "../../infra-scripts/removal/image-repository.ts";
import { allJobQueues, jobQueueSteps } from "../../infra-scripts/removal/job-queues.ts";
import { endpointSteps, securityGroupSteps } from "../../infra-scripts/removal/network.ts";
import { oidcProviderRemoval } from "../../infra-scripts/removal/oidc-provider.ts";
import { roleRemoval } from "../../infra-scripts/removal/role.ts";
import type { Step } from "../../infra-scripts/steps.ts";
import { refusal } from "../support/made-up-account.ts";
import { surroundings } from "../support/surroundings.ts";

const region = "eu-west-1";
const own = { "created-by": "textmill" };
const ownList = [{ Key: "created-by", Value: "textmill" }];

async function carryOut(steps: readonly Step[]): Promise<void> {
  for (const step of steps) if (step.outcome === "to-change") await step.carryOut();
}

const namesOf = (mock: { calls(): { args: unknown[] }[] }) =>
  mock
    .calls()
    .map(({ args: [command] }) => (command as object).constructor.name)
    .filter((name) => !/^(Describe|List|Get)/.test(name));

describe("a job queue", () => {
  /** AWS Batch takes two looks for each change, and jobs end at the third look after they were told to. */
  function queueWithJobs(changes: { neverEnd?: boolean; failure?: string } = {}) {
    const batch = new BatchClient({ region });
    const mock = mockClient(batch);
    const queue = {
      jobQueueName: "textmill-spot",
      state: "ENABLED",
      status: "VALID",
      statusReason: "",
      tags: own,
    };
    let busyLooks = 0;
    let jobLooks = Number.POSITIVE_INFINITY;
    let isDeleted = false;
    mock.on(DescribeJobQueuesCommand).callsFake(() => {
      if (busyLooks > 0) busyLooks -= 1;
      else if (queue.status === "UPDATING") queue.status = "VALID";
      else if (queue.status === "DELETING" && changes.failure !== undefined) {
        queue.status = "INVALID";
        queue.statusReason = changes.failure;
      } else if (queue.status === "DELETING") isDeleted = true;
      return { jobQueues: isDeleted ? [] : [{ ...queue }] };
    });
    mock.on(UpdateJobQueueCommand).callsFake(({ state }) => {
      Object.assign(queue, { state, status: "UPDATING" });
      busyLooks = 2;
    });
    mock.on(DeleteJobQueueCommand).callsFake(() => {
      if (queue.state !== "DISABLED" || queue.status !== "VALID") throw refusal("ClientException");
      queue.status = "DELETING";
      busyLooks = 2;
    });
    mock.on(ListJobsCommand).callsFake(({ jobStatus }) => {
      if (jobStatus !== "RUNNING") return { jobSummaryList: [] };
      jobLooks -= 1;
      return { jobSummaryList: jobLooks > 0 ? [{ jobId: "a" }, { jobId: "b" }] : [] };
    });
    mock.on(TerminateJobCommand).callsFake(() => {
      if (!changes.neverEnd) jobLooks = 3;
    });
    const around = surroundings();
    const steps = async () => jobQueueSteps(batch, await allJobQueues(batch), around.wait);
    return { mock, around, steps };
  }

  it("takes no more jobs, has its jobs ended, and is gone at the end", async () => {
    const { mock, steps } = queueWithJobs();
    const found = await steps();
    expect(found).toMatchObject([{ found: "2 jobs not over", change: "end its jobs, delete" }]);
    await carryOut(found);
    expect(namesOf(mock)).toEqual([
      "UpdateJobQueueCommand",
      "TerminateJobCommand",
      "TerminateJobCommand",
      "DeleteJobQueueCommand",
    ]);
    expect(await steps()).toEqual([]);
  });

  it("whose jobs do not end is said to be so after five minutes", async () => {
    const { around, steps } = queueWithJobs({ neverEnd: true });
    await expect(carryOut(await steps())).rejects.toThrow(
      /After 5 minutes it is still not so that all jobs of the job queue textmill-spot are over. Run again/,
    );
    expect(around.waited).toBeLessThan(400);
  });

  it("that AWS Batch cannot delete says why", async () => {
    const { steps } = queueWithJobs({ failure: "role missing" });
    await expect(carryOut(await steps())).rejects.toThrow(/could not be deleted.*role missing/);
  });
});

describe("a compute environment", () => {
  const environment = {
    computeEnvironmentName: "textmill-spot",
    computeEnvironmentArn: "arn:textmill-spot",
    ecsClusterArn: "",
    status: "VALID" as const,
    tags: own,
  };

  it("goes once AWS Batch has noticed that its queue is gone", async () => {
    const batch = new BatchClient({ region });
    const mock = mockClient(batch);
    let state = "ENABLED";
    let refusals = 2;
    let isDeleted = false;
    mock.on(DescribeComputeEnvironmentsCommand).callsFake(() => ({
      computeEnvironments: isDeleted ? [] : [{ ...environment, state }],
    }));
    mock.on(UpdateComputeEnvironmentCommand).callsFake((input) => {
      state = input.state;
    });
    mock.on(DeleteComputeEnvironmentCommand).callsFake(() => {
      refusals -= 1;
      if (refusals >= 0)
        throw refusal("ClientException", "Cannot delete, found existing JobQueue relationship");
      isDeleted = true;
    });
    await carryOut(await computeEnvironmentSteps(batch, [], surroundings().wait));
    expect(mock.commandCalls(DeleteComputeEnvironmentCommand)).toHaveLength(3);
  });

  it("that a queue of someone else's uses is refused", async () => {
    const batch = new BatchClient({ region });
    mockClient(batch)
      .on(DescribeComputeEnvironmentsCommand)
      .resolves({ computeEnvironments: [{ ...environment, state: "ENABLED" }] });
    const theirs = {
      jobQueueName: "payroll",
      jobQueueArn: "",
      state: "ENABLED" as const,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: "arn:textmill-spot" }],
    };
    expect(await computeEnvironmentSteps(batch, [theirs], surroundings().wait)).toMatchObject([
      { outcome: "refused", refusal: expect.stringMatching(/used by payroll.*Take it from that queue/) },
    ]);
  });
});

describe("a security group", () => {
  function group(failure: string, failures: number) {
    const ec2 = new EC2Client({ region });
    const mock = mockClient(ec2);
    const SecurityGroups = [{ GroupId: "sg-1", GroupName: "textmill", VpcId: "vpc-1" }];
    mock.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups });
    let left = failures;
    mock.on(DeleteSecurityGroupCommand).callsFake(() => {
      left -= 1;
      if (left >= 0) throw refusal(failure);
    });
    const around = surroundings();
    return { mock, around, steps: securityGroupSteps(ec2, around.wait) };
  }

  it("goes once the last worker's network interface is gone", async () => {
    const { mock, steps } = group("DependencyViolation", 20);
    await carryOut(await steps);
    expect(mock.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(21);
    expect(mock.commandCalls(DescribeSecurityGroupsCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "tag:created-by", Values: ["textmill"] },
    ]);
  });

  it("that stays in use is given up after ten minutes", async () => {
    const { around, steps } = group("DependencyViolation", Number.POSITIVE_INFINITY);
    await expect(carryOut(await steps)).rejects.toThrow(/After 10 minutes.*uses sg-1/);
    expect(around.waited).toBeGreaterThan(500);
  });

  it("that may not be deleted is not tried again", async () => {
    const { mock, steps } = group("UnauthorizedOperation", 1);
    await expect(carryOut(await steps)).rejects.toThrow();
    expect(mock.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(1);
  });
});

it("an endpoint that AWS does not delete is no success", async () => {
  const ec2 = new EC2Client({ region });
  const mock = mockClient(ec2);
  mock.on(DescribeVpcEndpointsCommand).resolves({
    VpcEndpoints: [{ VpcEndpointId: "vpce-1", VpcEndpointType: "Gateway", State: "Available" }],
  });
  mock.on(DeleteVpcEndpointsCommand).resolves({
    Unsuccessful: [{ ResourceId: "vpce-1", Error: { Message: "It is in use" } }],
  });
  await expect(carryOut(await endpointSteps(ec2))).rejects.toThrow(/vpce-1: It is in use/);
});

it("an image repository without Textmill's tag stays", async () => {
  const ecr = new ECRClient({ region });
  const mock = mockClient(ecr);
  mock.on(DescribeRepositoriesCommand).resolves({ repositories: [{ repositoryArn: "arn:textmill" }] });
  mock.on(ListTagsForResourceCommand).resolves({ tags: [{ Key: "created-by", Value: "someone" }] });
  expect(await imageRepositoryStep(ecr)).toMatchObject({ found: "someone else's", outcome: "as-wanted" });
});

describe("a role", () => {
  function role(Tags: { Key: string; Value: string }[]) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    mock.on(GetRoleCommand).resolves({ Role: { RoleName: "textmill-job", Tags } as Role });
    mock.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn: "arn:kms" }] });
    mock.on(ListRolePoliciesCommand).resolves({ PolicyNames: ["textmill", "added"] });
    return { mock, step: roleRemoval(iam, "textmill-job") };
  }

  it("goes with all its policies, which have to go first", async () => {
    const { mock, step } = role(ownList);
    await carryOut([await step]);
    expect(namesOf(mock)).toEqual([
      "DetachRolePolicyCommand",
      "DeleteRolePolicyCommand",
      "DeleteRolePolicyCommand",
      "DeleteRoleCommand",
    ]);
  });

  it("of someone else's stays", async () => {
    expect(await role([]).step).toMatchObject({ outcome: "as-wanted", found: "someone else's" });
  });
});

describe("the OIDC provider", () => {
  const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  const trusting = (RoleName: string) =>
    ({
      RoleName,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Principal: { Federated: arn } })),
    }) as Role;

  function provider(Tags: { Key: string; Value: string }[], roles: Role[]) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    mock.on(GetOpenIDConnectProviderCommand).resolves({ Tags });
    // Others' roles may be on a later page.
    mock.on(ListRolesCommand).callsFake(({ Marker }: { Marker?: string }) => {
      const index = Number(Marker ?? 0);
      const IsTruncated = index + 1 < roles.length;
      return {
        Roles: roles.slice(index, index + 1),
        IsTruncated,
        Marker: IsTruncated ? `${index + 1}` : undefined,
      };
    });
    return { mock, step: oidcProviderRemoval(iam, "123456789012", ["textmill-deploy"]) };
  }

  it("goes when no role but the removed one trusts it", async () => {
    const { mock, step } = provider(ownList, [trusting("textmill-deploy"), { RoleName: "payroll" } as Role]);
    await carryOut([await step]);
    expect(mock.commandCalls(DeleteOpenIDConnectProviderCommand)).toHaveLength(1);
  });

  it.each([
    ["another role has come to trust", ownList, "stays: trusted by website"],
    ["others made", [], "someone else's"],
  ])("that %s stays", async (_, tags, found) => {
    const { step } = provider(tags, [trusting("textmill-deploy"), trusting("website")]);
    expect(await step).toMatchObject({ outcome: "as-wanted", found });
  });
});
