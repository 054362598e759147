import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../action/aws/errors.ts";
import { findRole } from "../../../action/aws/roles.ts";

const arn = "arn:aws:iam::123456789012:role/textmill/textmill-job";
const trusting = (statement: object) => encodeURIComponent(JSON.stringify({ Statement: statement }));
const ecsTasks = {
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: { Service: "ecs-tasks.amazonaws.com" },
};

function iamWith(trust: string) {
  const iam = new IAMClient({ region: "eu-west-1" });
  const mock = mockClient(iam);
  mock.on(GetRoleCommand).rejects(Object.assign(new Error("no role"), { name: "NoSuchEntityException" }));
  mock.on(GetRoleCommand, { RoleName: "textmill-job" }).resolves({
    Role: {
      Arn: arn,
      RoleName: "textmill-job",
      Path: "/textmill/",
      RoleId: "AROA",
      CreateDate: new Date(0),
      AssumeRolePolicyDocument: trust,
    },
  });
  return { iam, mock };
}

const denied = Object.assign(new Error("no"), { name: "AccessDenied" });

describe("a role", () => {
  it.each(["textmill-job", "/textmill/textmill-job", arn])("is found as %s", async (given) => {
    expect(await findRole(iamWith(trusting(ecsTasks)).iam, given, "job")).toBe(arn);
  });

  it.each([
    ["one statement without brackets", ecsTasks],
    [
      "a list of services",
      [{ ...ecsTasks, Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] } }],
    ],
    ["a list of actions", [{ ...ecsTasks, Action: ["sts:TagSession", "sts:AssumeRole"] }]],
  ])("may be trusted by %s", async (_, statement) => {
    expect(await findRole(iamWith(trusting(statement)).iam, arn, "job")).toBe(arn);
  });

  it.each([
    ["another service", [{ ...ecsTasks, Principal: { Service: "ec2.amazonaws.com" } }]],
    ["a denial", [{ ...ecsTasks, Effect: "Deny" }]],
    ["another action", [{ ...ecsTasks, Action: "sts:TagSession" }]],
    ["an account", [{ ...ecsTasks, Principal: { AWS: "*" } }]],
    ["nothing", []],
  ])("whose trust policy has only %s is refused", async (_, statement) => {
    const ended = findRole(iamWith(trusting(statement)).iam, "textmill-job", "execution");
    await expect(ended).rejects.toThrow(AwsError);
    await expect(ended).rejects.toThrow(
      /^execution-role "textmill-job".*ecs-tasks.amazonaws.com.*workers-trust.json/,
    );
  });

  it.each(["gone", "arn:aws:iam::123456789012:role/gone", "arn:aws:iam::999999999999:role/textmill-job"])(
    "that is not in the account is refused (%s)",
    async (given) => {
      const ended = findRole(iamWith(trusting(ecsTasks)).iam, given, "job");
      await expect(ended).rejects.toThrow(`job-role "${given}": there is no such role in this account.`);
    },
  );

  it("given by its ARN is taken as it is where IAM may not be asked", async () => {
    const { iam, mock } = iamWith("");
    mock.on(GetRoleCommand).rejects(denied);
    mock.on(GetRoleCommand, { RoleName: "textmill-job" }).rejects(denied);
    expect(await findRole(iam, arn, "job")).toBe(arn);
    await expect(findRole(iam, "textmill-job", "job")).rejects.toThrow(
      /iam:GetRole is denied.*the role's ARN/,
    );
  });
});
