/** Least privilege: what the roles that bootstrap makes may do, and what they may not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../infra-scripts/policies.ts";
import { wantedRoles } from "../../infra-scripts/setup/roles.ts";
import { type Call, isAllowed } from "../support/policy-evaluator.ts";

const [deploy, job, execution] = wantedRoles({
  account: "123456789012",
  region: "eu-west-1",
  subjects: ["repo:octocat/archive:ref:refs/heads/main"],
  sources: [
    { kind: "s3", bucket: "scans", prefix: "2026/" },
    { kind: "s3", bucket: "maps", prefix: "" },
  ],
  destinations: [{ kind: "s3", bucket: "texts", prefix: "all/" }],
}).map(({ policies }): PolicyDocument[] => Object.values(policies));

const arn = (service: string, name: string, region = "eu-west-1", account = "123456789012") =>
  `arn:aws:${service}:${region}:${account}:${name}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const bucket = (name: string) => `arn:aws:s3:::${name}`;

type Row = [action: string, resource: string, context?: Call["context"]];
const asCall = ([action, resource, context = {}]: Row): Call => ({ action, resource, context });

const own = { "aws:ResourceTag/created-by": "textmill", "ec2:ResourceTag/created-by": "textmill" };

describe("the deploy role", () => {
  it.each<Row>([
    ["batch:SubmitJob", arn("batch", "job-queue/textmill-spot")],
    ["batch:SubmitJob", arn("batch", "job-definition/textmill:7")],
    ["batch:TerminateJob", arn("batch", "job/1234"), own],
    ["batch:CreateJobQueue", arn("batch", "job-queue/textmill-on-demand")],
    ["ecr:PutImage", arn("ecr", "repository/textmill")],
    ["logs:CreateLogGroup", arn("logs", "log-group:/textmill/worker")],
    ["iam:PassRole", role("textmill-job")],
    ["iam:PassRole", role("textmill-execution")],
    ["s3:ListBucket", bucket("scans")],
    ["s3:PutObject", bucket("texts/all/.textmill/runs/first/run.json")],
    ["ec2:RevokeSecurityGroupIngress", arn("ec2", "security-group/sg-1"), own],
  ])("may %s on %s", (...row) => {
    expect(isAllowed(deploy ?? [], asCall(row))).toBe(true);
  });

  it.each<Row>([
    // Another queue, environment, definition or job.
    ["batch:SubmitJob", arn("batch", "job-queue/payroll")],
    ["batch:SubmitJob", arn("batch", "job-queue/textmill-spot", "us-east-1")],
    ["batch:SubmitJob", arn("batch", "job-queue/textmill-spot", "eu-west-1", "999999999999")],
    ["batch:SubmitJob", arn("batch", "job-definition/textmillish:1")],
    ["batch:UpdateJobQueue", arn("batch", "job-queue/payroll")],
    ["batch:UpdateComputeEnvironment", arn("batch", "compute-environment/payroll")],
    ["batch:RegisterJobDefinition", arn("batch", "job-definition/payroll")],
    ["batch:TerminateJob", arn("batch", "job/1234")],
    ["batch:TerminateJob", arn("batch", "job/1234"), { "aws:ResourceTag/created-by": "payroll" }],
    ["batch:DeleteJobQueue", arn("batch", "job-queue/textmill-spot")],
    ["batch:DeregisterJobDefinition", arn("batch", "job-definition/textmill:7")],
    // Another repository.
    ["ecr:PutImage", arn("ecr", "repository/payroll")],
    ["ecr:PutImage", arn("ecr", "repository/textmill/more")],
    ["ecr:CreateRepository", arn("ecr", "repository/payroll")],
    ["ecr:BatchGetImage", arn("ecr", "repository/payroll")],
    ["ecr:BatchDeleteImage", arn("ecr", "repository/textmill")],
    ["ecr:DeleteRepository", arn("ecr", "repository/textmill")],
    ["ecr:SetRepositoryPolicy", arn("ecr", "repository/textmill")],
    // Another role, and more of its own.
    ["iam:PassRole", role("administrator")],
    ["iam:PassRole", role("textmill-deploy")],
    ["iam:PassRole", role("textmill-job-of-another")],
    ["iam:PutRolePolicy", role("textmill-job")],
    ["iam:AttachRolePolicy", role("textmill-deploy")],
    ["iam:UpdateAssumeRolePolicy", role("textmill-deploy")],
    ["iam:CreateRole", role("textmill-new")],
    ["sts:AssumeRole", role("textmill-job")],
    // Another bucket, and documents and text.
    ["s3:ListBucket", bucket("payroll")],
    ["s3:GetObject", bucket("payroll/.textmill/run.json")],
    ["s3:GetObject", bucket("scans/2026/a.pdf")],
    ["s3:PutObject", bucket("scans/2026/a.pdf")],
    ["s3:PutObject", bucket("scans/2026/.textmill/run.json")],
    ["s3:GetObject", bucket("texts/all/a.pdf.txt")],
    ["s3:PutObject", bucket("texts/all/a.pdf.txt")],
    ["s3:PutObject", bucket("texts/of others/.textmill/run.json")],
    ["s3:DeleteObject", bucket("texts/all/.textmill/runs/first/run.json")],
    ["s3:PutBucketPolicy", bucket("texts")],
    // Another security group, log group, or the network.
    ["ec2:RevokeSecurityGroupIngress", arn("ec2", "security-group/sg-2")],
    ["ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-1"), own],
    ["ec2:CreateTags", arn("ec2", "security-group/sg-2")],
    ["ec2:CreateTags", arn("ec2", "instance/i-1"), { "ec2:CreateAction": "CreateSecurityGroup" }],
    ["ec2:RunInstances", arn("ec2", "instance/*")],
    ["ec2:ModifyVpcEndpoint", arn("ec2", "vpc-endpoint/vpce-1")],
    ["logs:PutRetentionPolicy", arn("logs", "log-group:/payroll")],
    ["logs:CreateLogGroup", arn("logs", "log-group:/textmill/worker2")],
    ["logs:DeleteLogGroup", arn("logs", "log-group:/textmill/worker")],
  ])("may not %s on %s", (...row) => {
    expect(isAllowed(deploy ?? [], asCall(row))).toBe(false);
  });

  it("may only look where it may do something to all", () => {
    for (const { Action, Resource } of (deploy ?? []).flatMap(({ Statement }) => Statement)) {
      if (![Resource].flat().includes("*")) continue;
      for (const action of [Action].flat()) expect(action).toMatch(/:(Describe|List|Get)/);
    }
  });
});

describe("the job role", () => {
  const may = (call: Call) => isAllowed(job ?? [], call);

  it.each<Row>([
    ["s3:GetObject", bucket("scans/2026/a.pdf")],
    ["s3:GetObject", bucket("maps/a.tif")],
    ["s3:PutObject", bucket("texts/all/a.pdf.txt")],
    ["s3:GetObject", bucket("texts/all/.textmill/runs/first/run.json")],
    ["s3:ListBucket", bucket("scans"), { "s3:prefix": "2026/a.pdf" }],
    ["s3:ListBucket", bucket("maps"), { "s3:prefix": "" }],
    ["s3:ListBucket", bucket("texts"), { "s3:prefix": "all/a.pdf.txt" }],
  ])("may %s on %s", (...row) => expect(may(asCall(row))).toBe(true));

  it.each<Row>([
    // Outside the source.
    ["s3:GetObject", bucket("scans/2025/a.pdf")],
    ["s3:GetObject", bucket("scans/2026")],
    ["s3:GetObject", bucket("payroll/2026/a.pdf")],
    ["s3:ListBucket", bucket("scans")],
    ["s3:ListBucket", bucket("scans"), { "s3:prefix": "" }],
    ["s3:ListBucket", bucket("scans"), { "s3:prefix": "all/" }],
    ["s3:ListBucket", bucket("texts"), { "s3:prefix": "2026/" }],
    ["s3:ListBucket", bucket("texts"), { "s3:prefix": "" }],
    // Outside the destination.
    ["s3:PutObject", bucket("scans/2026/a.pdf")],
    ["s3:PutObject", bucket("maps/a.tif")],
    ["s3:PutObject", bucket("texts/a.pdf.txt")],
    ["s3:PutObject", bucket("texts/allowed/a.pdf.txt")],
    ["s3:DeleteObject", bucket("texts/all/a.pdf.txt")],
    // Anything else.
    ["batch:SubmitJob", arn("batch", "job-queue/textmill-spot")],
    ["iam:PassRole", role("textmill-job")],
    ["sts:AssumeRole", role("textmill-deploy")],
    ["logs:PutLogEvents", arn("logs", "log-group:/textmill/worker:log-stream:x")],
  ])("may not %s on %s", (...row) => expect(may(asCall(row))).toBe(false));

  it("reads what lies in a source or the destination, writes what lies in the destination, and nothing else", () => {
    const place = fc.constantFrom("scans/", "scans/2026/", "maps/", "texts/", "texts/all/", "payroll/");
    fc.assert(
      fc.property(place, fc.string({ unit: "binary" }), (folder, name) => {
        const object = `${folder}${name}`;
        const isText = object.startsWith("texts/all/");
        const isDocument = object.startsWith("scans/2026/") || object.startsWith("maps/");
        expect(may({ action: "s3:PutObject", resource: bucket(object) })).toBe(isText);
        expect(may({ action: "s3:GetObject", resource: bucket(object) })).toBe(isText || isDocument);
      }),
    );
  });

  it("takes signs of a prefix that mean something in a policy for themselves", () => {
    const variable = ["$", "{aws:username}"].join("");
    const prefix = `a*?${variable}/`;
    const [, odd] = wantedRoles({
      account: "123456789012",
      region: "eu-west-1",
      subjects: [],
      sources: [{ kind: "s3", bucket: "scans", prefix }],
      destinations: [{ kind: "s3", bucket: "texts", prefix: "" }],
    }).map(({ policies }) => Object.values(policies));
    const read = (key: string) =>
      isAllowed(odd ?? [], { action: "s3:GetObject", resource: bucket(`scans/${key}`) });
    expect(read(`${prefix}letter.pdf`)).toBe(true);
    expect(read(`abc${variable}/letter.pdf`)).toBe(false);
    expect(read("a*?me/letter.pdf")).toBe(false);
  });
});

describe("the execution role", () => {
  it.each<Row>([
    ["ecr:BatchGetImage", arn("ecr", "repository/payroll")],
    ["ecr:PutImage", arn("ecr", "repository/textmill")],
    ["logs:PutLogEvents", arn("logs", "log-group:/payroll:log-stream:x")],
    ["logs:CreateLogGroup", arn("logs", "log-group:/textmill/worker")],
    ["s3:GetObject", bucket("scans/2026/a.pdf")],
  ])("may not %s on %s", (...row) => {
    expect(isAllowed(execution ?? [], asCall(row))).toBe(false);
  });

  it("may pull the image and write the log", () => {
    expect(isAllowed(execution ?? [], asCall(["ecr:BatchGetImage", arn("ecr", "repository/textmill")]))).toBe(
      true,
    );
    const stream = arn("logs", "log-group:/textmill/worker:log-stream:textmill/default/1");
    expect(isAllowed(execution ?? [], asCall(["logs:PutLogEvents", stream]))).toBe(true);
  });
});
