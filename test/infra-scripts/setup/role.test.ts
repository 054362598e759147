import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { inputTable } from "../../../action/input-table.ts";
import { roleStep } from "../../../infra-scripts/setup/role.ts";
import { executionRoleName, jobRoleName, wantedRoles } from "../../../infra-scripts/setup/roles.ts";
import type { Step } from "../../../infra-scripts/steps.ts";
import { refusal } from "../../support/made-up-account.ts";

const region = "eu-west-1";
const account = "123456789012";
const ownTags = [{ Key: "created-by", Value: "textmill" }];
function carryOut(step: Step): Promise<unknown> {
  if (step.outcome !== "to-change") throw new Error(`${step.thing} is ${step.outcome}`);
  return step.carryOut();
}

describe("a role", () => {
  const [wanted] = wantedRoles({
    account,
    region,
    subjects: ["repo:octocat/archive:ref:refs/heads/main"],
    sources: [{ kind: "s3", bucket: "scans", prefix: "" }],
    destinations: [{ kind: "s3", bucket: "texts", prefix: "" }],
  });
  if (wanted === undefined) throw new Error("no role");
  const encoded = (policy: unknown) => encodeURIComponent(JSON.stringify(policy, null, 2));
  const asWanted: Partial<Role> = {
    Tags: ownTags,
    MaxSessionDuration: 21600,
    AssumeRolePolicyDocument: encoded(wanted.trust),
  };

  function role(
    found: Partial<Role> | undefined,
    policies: Record<string, unknown> = wanted?.policies ?? {},
  ) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    const get = mock.on(GetRoleCommand);
    if (found === undefined) get.rejects(refusal("NoSuchEntityException"));
    else get.resolves({ Role: found as Role });
    mock.on(GetRolePolicyCommand).callsFake(({ PolicyName }: { PolicyName: string }) => {
      if (!(PolicyName in policies)) throw refusal("NoSuchEntityException");
      return { PolicyDocument: encoded(policies[PolicyName]) };
    });
    const changes = () =>
      mock
        .calls()
        .map(({ args: [command] }) => command.constructor.name)
        .filter((name) => !name.startsWith("Get"));
    if (wanted === undefined) throw new Error("no role");
    return { mock, step: roleStep(iam, wanted), changes };
  }

  it("is made with its trust, its policies, its session length and the tag", async () => {
    const { mock, step, changes } = role(undefined);
    await carryOut(await step);
    expect(changes()).toEqual(["CreateRoleCommand", "PutRolePolicyCommand", "PutRolePolicyCommand"]);
    expect(mock.commandCalls(CreateRoleCommand)[0]?.args[0].input).toMatchObject({
      RoleName: "textmill-deploy",
      MaxSessionDuration: 21600,
      Tags: ownTags,
    });
  });

  it("is let be when it says the same in another order", async () => {
    const reordered = structuredClone(wanted.policies);
    for (const policy of Object.values(reordered)) {
      policy.Statement.reverse();
      for (const statement of policy.Statement) {
        statement.Action = [statement.Action].flat().reverse();
        if (statement.Resource?.length === 1) statement.Resource = String(statement.Resource);
      }
    }
    const { step, changes } = role(asWanted, reordered);
    expect(await step).toEqual({ thing: "role textmill-deploy", found: "as wanted", outcome: "as-wanted" });
    expect(changes()).toEqual([]);
  });

  it("of the same name without Textmill's tag is refused, and not touched", async () => {
    const { step, changes } = role({ ...asWanted, Tags: [{ Key: "created-by", Value: "someone" }] });
    expect(await step).toMatchObject({
      outcome: "refused",
      refusal: expect.stringMatching(/role textmill-deploy exists.*Delete or rename it/),
    });
    expect(changes()).toEqual([]);
  });

  it("that trusts a repository more is shown with what it trusts, and mended", async () => {
    const trust = structuredClone(wanted.trust);
    const [statement] = trust.Statement;
    trust.Statement.push(
      JSON.parse(JSON.stringify(statement).replaceAll("octocat/archive", "mallory/archive")),
    );
    const { mock, step, changes } = role({ ...asWanted, AssumeRolePolicyDocument: encoded(trust) });
    expect(await step).toMatchObject({
      change: "update trust policy",
      details: [expect.stringMatching(/^trust policy: - .*mallory\/archive/)],
    });
    await carryOut(await step);
    expect(changes()).toEqual(["UpdateAssumeRolePolicyCommand"]);
    const { PolicyDocument } = mock.commandCalls(UpdateAssumeRolePolicyCommand)[0]?.args[0].input ?? {};
    expect(JSON.parse(PolicyDocument ?? "")).toEqual(wanted.trust);
  });

  it("with a policy changed, a policy gone and a short session is mended in all three", async () => {
    const { textmill } = structuredClone(wanted.policies);
    if (textmill?.Statement[0]) textmill.Statement[0].Action = "*";
    const { mock, step, changes } = role({ ...asWanted, MaxSessionDuration: 3600 }, { textmill });
    expect(await step).toMatchObject({
      change: "update session length, policy textmill, policy textmill-doctor",
    });
    await carryOut(await step);
    expect(changes()).toEqual(["UpdateRoleCommand", "PutRolePolicyCommand", "PutRolePolicyCommand"]);
    expect(mock.commandCalls(UpdateRoleCommand)[0]?.args[0].input.MaxSessionDuration).toBe(21600);
    expect(mock.commandCalls(PutRolePolicyCommand).map(({ args }) => args[0].input.PolicyName)).toEqual([
      "textmill",
      "textmill-doctor",
    ]);
  });

  it("for more sources than IAM takes policies is refused before it is made", async () => {
    const sources = Array.from({ length: 60 }, (_, index) => ({
      kind: "s3" as const,
      bucket: `scans-${index}`,
      prefix: "letters and maps/",
    }));
    const [, job] = wantedRoles({ account, region, subjects: [], sources, destinations: sources });
    if (job === undefined) throw new Error("no role");
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    expect(await roleStep(iam, job)).toMatchObject({
      outcome: "refused",
      refusal: expect.stringMatching(/IAM takes 10240. Name fewer sources/),
    });
    expect(mock.calls()).toEqual([]);
  });

  it("of the workers has the name by which the action looks for it", () => {
    const preset = (name: string) => inputTable.find((row) => row.name === name)?.default;
    expect([jobRoleName, executionRoleName]).toEqual([preset("job-role"), preset("execution-role")]);
  });
});
