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
import { imageRepositoryStep } from "../../../infra-scripts/removal/image-repository.ts";
import { oidcProviderRemoval } from "../../../infra-scripts/removal/oidc-provider.ts";
import { roleRemoval } from "../../../infra-scripts/removal/role.ts";
import type { Step } from "../../../infra-scripts/steps.ts";

const region = "eu-west-1";
const ownList = [{ Key: "created-by", Value: "textmill" }];
async function carryOut(steps: readonly Step[]): Promise<void> {
  for (const step of steps) if (step.outcome === "to-change") await step.carryOut();
}
const namesOf = (mock: { calls(): { args: unknown[] }[] }) =>
  mock
    .calls()
    .map(({ args: [command] }) => (command as object).constructor.name)
    .filter((name) => !/^(Describe|List|Get)/.test(name));

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
