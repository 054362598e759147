import { describe, expect, it } from "vitest";
import { actionsOf, type PolicyName, readPolicy } from "../support/policies.ts";

const values = {
  account: "123456789012",
  region: "eu-central-1",
  sourceBucket: "scans",
  sourcePrefix: "2026/",
  destinationBucket: "texts",
  destinationPrefix: "of 2026/",
  jobRole: "textmill-job",
  executionRole: "textmill-execution",
  subject: "repo:octocat/archive:ref:refs/heads/main",
};

const names: PolicyName[] = [
  "deploy-role",
  "deploy-trust",
  "cleanup",
  "doctor",
  "job-role",
  "execution-role",
  "workers-trust",
];

describe("the policies", () => {
  it.each(names)("have no placeholder that an administrator cannot fill: %s", (name) => {
    expect(JSON.stringify(readPolicy(name, values))).not.toContain("{{");
  });

  it("let only cleanup delete anything, and that nothing but scratch files, images and job definitions", () => {
    const deleting = /delete|deregister|remove/i;
    const withDeleting = names.filter((name) =>
      actionsOf(readPolicy(name)).some((action) => deleting.test(action)),
    );
    expect(withDeleting).toEqual(["cleanup"]);
    expect(readPolicy("cleanup", values).Statement.map(({ Action, Resource }) => [Action, Resource])).toEqual(
      [
        [
          "batch:DeregisterJobDefinition",
          "arn:aws:batch:eu-central-1:123456789012:job-definition/textmill:*",
        ],
        ["ecr:BatchDeleteImage", "arn:aws:ecr:eu-central-1:123456789012:repository/textmill"],
        ["s3:DeleteObject", "arn:aws:s3:::texts/of 2026/.textmill/runs/*"],
      ],
    );
  });

  // AWS makes these calls itself, before and beside the worker; a stand-in does not check them.
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
  it("let the execution role do what AWS names, and no more", () => {
    expect(actionsOf(readPolicy("execution-role"))).toEqual([
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetAuthorizationToken",
      "ecr:GetDownloadUrlForLayer",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
  });

  it("let doctor only look", () => {
    for (const action of actionsOf(readPolicy("doctor"))) {
      expect(action).toMatch(/^[a-z0-9-]+:(Describe|Get|BatchGet|Simulate)/);
    }
  });

  it.each(["cleanup", "doctor"] as const)("give %s nothing that the deploy role has already", (name) => {
    const deploy = actionsOf(readPolicy("deploy-role"));
    expect(actionsOf(readPolicy(name)).filter((action) => deploy.includes(action))).toEqual([]);
  });
});
