import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBootstrapArguments } from "../../../infra-scripts/arguments.ts";
import { repositoryVariables, variableCommands } from "../../../infra-scripts/setup/variables.ts";
import { repository } from "../../support/program.ts";

const region = "eu-west-1";
const account = "123456789012";

describe("the repository's variables", () => {
  const read = readBootstrapArguments(
    [
      ...["--repository", "octocat/archive", "--environment", "production", "--subnets", "subnet-1"],
      ...["--source", "s3://scans", "--source", "s3://maps", "--destination", "s3://texts"],
    ],
    { AWS_REGION: region },
  );
  if (read.outcome !== "read") throw new Error(read.outcome);
  const given = read.arguments;

  it("are all that the workflows need to be told", () => {
    expect(repositoryVariables(given, account, ["subnet-1", "subnet-2"])).toEqual({
      AWS_REGION: region,
      TEXTMILL_ROLE: "arn:aws:iam::123456789012:role/textmill-deploy",
      TEXTMILL_SOURCE: "s3://scans/",
      TEXTMILL_DESTINATION: "s3://texts/",
      TEXTMILL_ENVIRONMENT: "production",
      TEXTMILL_SUBNETS: "subnet-1,subnet-2",
    });
  });

  it("name neither subnets of the default VPC nor an environment where there is none", () => {
    const branch = { ...given, subnetIds: [], place: { kind: "branch" as const, name: "main" } };
    expect(Object.keys(repositoryVariables(branch, account, ["subnet-1"]))).toEqual([
      "AWS_REGION",
      "TEXTMILL_ROLE",
      "TEXTMILL_SOURCE",
      "TEXTMILL_DESTINATION",
    ]);
  });

  it("are read by the workflows under these names", () => {
    const workflow = readFileSync(join(repository, ".github/workflows/ocr.yml"), "utf8");
    for (const name of Object.keys(repositoryVariables(given, account, []))) {
      expect(workflow).toContain(`vars.${name}`);
    }
  });

  it("are set by commands that survive a shell", () => {
    const variables = { A: "s3://scans/2026/", B: "s3://scans/it's $(id) `x`/" };
    expect(variableCommands("octocat/archive", variables)).toEqual([
      "gh variable set A --repo octocat/archive --body s3://scans/2026/",
      String.raw`gh variable set B --repo octocat/archive --body 's3://scans/it'\''s $(id) ${"`x`"}/'`,
    ]);
  });
});
