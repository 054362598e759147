import { DescribeComputeEnvironmentsCommand, DescribeJobQueuesCommand } from "@aws-sdk/client-batch";
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { BatchGetImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { GetRoleCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { showChecks } from "../../../action/commands/doctor.ts";
import type { Console } from "../../../action/console.ts";
import type { Check } from "../../../action/doctor/check.ts";
import { checkSetup } from "../../../action/doctor/setup.ts";
import type { SetupWanted } from "../../../action/doctor/wanted.ts";
import { type DockerAnswers, useFakeDocker } from "../../support/fake-docker.ts";
import {
  computeEnvironment,
  imageUri,
  jobQueue,
  type MadeUpAccount,
  madeUpAccount,
  refusal,
  role,
  routeTable,
  securityGroup,
  trustingFargate,
  wantedSetup,
} from "../../support/made-up-account.ts";

let account: MadeUpAccount | undefined;
afterEach(() => {
  account?.s3.restore();
  vi.unstubAllEnvs();
});

async function examine({
  change = () => undefined,
  wanted = {},
  docker = {},
}: {
  change?: (account: MadeUpAccount) => unknown;
  wanted?: Partial<SetupWanted>;
  docker?: DockerAnswers;
}): Promise<Check[]> {
  await useFakeDocker(docker);
  account = madeUpAccount();
  change(account);
  return checkSetup(account.clients, { ...wantedSetup, ...wanted });
}

const statesOf = (checks: Check[]) => Object.fromEntries(checks.map(({ name, state }) => [name, state]));

describe("of a good set-up", () => {
  const good = {
    credentials: "ok",
    source: "ok",
    destination: "ok",
    "bucket regions": "ok",
    "job role": "ok",
    "execution role": "ok",
    "worker size": "ok",
    "log group": "ok",
    "network (spot)": "ok",
    "vCPU quota (spot)": "ok",
    "compute environment (spot)": "ok",
    "job queue (spot)": "ok",
    image: "ok",
  };

  it("every check is ok", async () => {
    expect(statesOf(await examine({}))).toEqual(good);
  });

  it("both kinds of capacity are checked when both are asked for", async () => {
    const checks = await examine({ wanted: { capacity: "spot-then-on-demand" } });
    expect(checks.map(({ name }) => name)).toContain("job queue (on-demand)");
  });

  it("nothing is changed: the one write is bound to fail", async () => {
    await examine({});
    const { batch, ec2, iam, logs, s3 } = account as MadeUpAccount;
    const names = [batch, ec2, iam, logs, s3].flatMap((mock) =>
      mock.calls().map(({ args }) => args[0].constructor.name),
    );
    expect(names.filter((name) => !/^(Describe|Get|List|Head|Simulate)/.test(name))).toEqual([
      "PutObjectCommand",
    ]);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input.IfMatch).toBe(`"${"0".repeat(32)}"`);
  });

  it("what the first run makes need not be there", async () => {
    const checks = await examine({
      change: ({ batch }) => {
        batch.on(DescribeComputeEnvironmentsCommand).resolves({ computeEnvironments: [] });
        batch.on(DescribeJobQueuesCommand).resolves({ jobQueues: [] });
      },
    });
    expect(statesOf(checks)).toEqual(good);
  });

  it("to read the source is left to the workers", async () => {
    const checks = await examine({
      change: ({ s3 }) => s3.on(GetObjectCommand).rejects(refusal("AccessDenied")),
    });
    expect(statesOf(checks)).toEqual(good);
    expect(checks.find(({ name }) => name === "source")?.message).toMatch(
      /can be listed.*s3:GetObject.*is denied/,
    );
  });

  it("docker builds the image that ECR has not", async () => {
    const checks = await examine({
      change: ({ ecr }) => ecr.on(DescribeImagesCommand).rejects(refusal("ImageNotFoundException")),
    });
    expect(checks.at(-1)).toMatchObject({
      state: "ok",
      message: expect.stringMatching(/with docker 28.0.4/),
    });
  });

  it("a private VPC with endpoints will do", async () => {
    const services = ["ecr.api", "ecr.dkr", "logs", "s3"];
    const checks = await examine({
      change: ({ ec2 }) => {
        ec2.on(DescribeRouteTablesCommand).resolves(routeTable());
        ec2.on(DescribeVpcEndpointsCommand).resolves({
          VpcEndpoints: services.map((name) => ({ ServiceName: `com.amazonaws.eu-west-1.${name}` })),
        });
      },
    });
    expect(statesOf(checks)).toEqual(good);
  });
});

interface Broken {
  what: string;
  change?: (account: MadeUpAccount) => unknown;
  wanted?: Partial<SetupWanted>;
  docker?: DockerAnswers;
  check: string;
  state?: Check["state"];
  says: RegExp;
}

const brokenSetups: Broken[] = [
  {
    what: "expired credentials",
    change: ({ sts }) =>
      sts.on(GetCallerIdentityCommand).rejects(refusal("ExpiredTokenException", "expired")),
    check: "credentials",
    says: /No valid AWS credentials.*configure-aws-credentials/,
  },
  {
    what: "a source that does not exist",
    change: ({ s3 }) => s3.on(ListObjectsV2Command, { Bucket: "scans" }).rejects(refusal("NoSuchBucket")),
    check: "source",
    says: /no bucket scans.*Check its name/,
  },
  {
    what: "a source that may not be listed",
    change: ({ s3 }) => s3.on(ListObjectsV2Command, { Bucket: "scans" }).rejects(refusal("AccessDenied")),
    check: "source",
    says: /s3:ListBucket on the bucket scans is denied. Grant it/,
  },
  {
    what: "a source whose first object is gone",
    change: ({ s3 }) => s3.on(GetObjectCommand).rejects(refusal("NoSuchKey")),
    check: "source",
    says: /There is no "a.pdf" in the bucket/,
  },
  {
    what: "a source without objects",
    change: ({ s3 }) => s3.on(ListObjectsV2Command, { Bucket: "scans" }).resolves({}),
    check: "source",
    state: "warning",
    says: /no objects in s3:\/\/scans\/in\/. Check the bucket and the prefix/,
  },
  {
    what: "a source that is a folder",
    wanted: { source: { kind: "folder", path: "/scans" } },
    check: "source",
    says: /source is the folder \/scans.*Write s3:/,
  },
  {
    what: "a destination that may not be written",
    change: ({ s3 }) => s3.on(PutObjectCommand).rejects(refusal("AccessDenied")),
    check: "destination",
    says: /s3:PutObject on the bucket texts is denied for out\/.*Grant it/,
  },
  {
    what: "a bucket in another region",
    change: ({ s3 }) => s3.on(HeadBucketCommand, { Bucket: "texts" }).resolves({ BucketRegion: "us-east-1" }),
    check: "bucket regions",
    state: "warning",
    says: /bucket texts is in us-east-1.*AWS_REGION/,
  },
  {
    what: "buckets that do not tell their region",
    change: ({ s3 }) => s3.on(HeadBucketCommand).rejects(refusal("Forbidden")),
    check: "bucket regions",
    state: "skipped",
    says: /do not tell their region.*Forbidden/,
  },
  {
    what: "a role that is not there",
    change: ({ iam }) =>
      iam.on(GetRoleCommand, { RoleName: "textmill-job" }).rejects(refusal("NoSuchEntity")),
    check: "job role",
    says: /job-role "textmill-job": there is no such role.*infra-scripts\/bootstrap/,
  },
  {
    what: "a role that Fargate may not assume",
    change: ({ iam }) =>
      iam
        .on(GetRoleCommand, { RoleName: "textmill-execution" })
        .resolves(
          role("textmill-execution", { ...trustingFargate, Principal: { Service: "ec2.amazonaws.com" } }),
        ),
    check: "execution role",
    says: /does not let ecs-tasks.amazonaws.com assume it. Give it that of infra-scripts\/policies\/workers-trust.json/,
  },
  {
    what: "a job role that may not write",
    change: ({ iam }) =>
      iam.on(SimulatePrincipalPolicyCommand, { ResourceArns: ["arn:aws:s3:::texts/out/document"] }).resolves({
        EvaluationResults: [
          { EvalActionName: "s3:GetObject", EvalDecision: "allowed" },
          { EvalActionName: "s3:PutObject", EvalDecision: "implicitDeny" },
        ],
      }),
    check: "job role",
    says: /may not s3:PutObject on arn:aws:s3:::texts\/out\/document. Grant it/,
  },
  {
    what: "an execution role that may not pull",
    change: ({ iam }) =>
      iam.on(SimulatePrincipalPolicyCommand, { ResourceArns: ["*"] }).resolves({
        EvaluationResults: [{ EvalActionName: "ecr:GetAuthorizationToken", EvalDecision: "explicitDeny" }],
      }),
    check: "execution role",
    says: /may not ecr:GetAuthorizationToken/,
  },
  {
    what: "policies that may not be simulated",
    change: ({ iam }) => iam.on(SimulatePrincipalPolicyCommand).rejects(refusal("AccessDenied")),
    check: "job role",
    state: "skipped",
    says: /exists and Fargate may use it; its rights could not be checked: .*AccessDenied/,
  },
  {
    what: "a size that Fargate has not",
    wanted: { memoryMib: 4096 },
    check: "worker size",
    says: /no 4 vCPUs with 4096 MiB; the nearest is 8192.*Change vcpus or memory-mib/,
  },
  {
    what: "fewer vCPUs than a worker has",
    wanted: { maxVcpus: 2 },
    check: "worker size",
    says: /max-vcpus allows 2: none would ever start/,
  },
  {
    what: "subnets without a way out",
    wanted: { subnets: ["subnet-1"], securityGroups: ["sg-1"] },
    change: ({ ec2 }) => ec2.on(DescribeRouteTablesCommand).resolves(routeTable()),
    check: "network (spot)",
    says: /subnet-1 of vpc-1 have no route.*no endpoint of ecr.api, ecr.dkr, logs, s3.*Add a route/,
  },
  {
    what: "a security group that lets nothing out",
    change: ({ ec2 }) =>
      ec2
        .on(DescribeSecurityGroupsCommand)
        .resolves({ SecurityGroups: [{ ...securityGroup, IpPermissionsEgress: [] }] }),
    check: "network (spot)",
    says: /No outbound traffic is allowed by sg-1.*Allow HTTPS/,
  },
  {
    what: "no default VPC",
    change: ({ batch, ec2 }) => {
      batch.on(DescribeComputeEnvironmentsCommand).resolves({ computeEnvironments: [] });
      ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [] });
    },
    check: "network (spot)",
    says: /no default VPC.*create-default-vpc/,
  },
  {
    what: "a quota below one worker",
    change: ({ quotas }) => quotas.on(GetServiceQuotaCommand).resolves({ Quota: { Value: 2 } }),
    check: "vCPU quota (spot)",
    says: /may use 2 vCPUs.*one worker needs 4.*request-service-quota-increase.*L-36FBB829/,
  },
  {
    what: "a quota below max-vcpus, known by AWS's default",
    change: ({ quotas }) => {
      quotas.on(GetServiceQuotaCommand).rejects(refusal("NoSuchResourceException"));
      quotas.on(GetAWSDefaultServiceQuotaCommand).resolves({ Quota: { Value: 6 } });
    },
    check: "vCPU quota (spot)",
    state: "warning",
    says: /may use 6 vCPUs.*fewer than the 256/,
  },
  {
    what: "a quota that may not be read",
    change: ({ quotas }) => quotas.on(GetServiceQuotaCommand).rejects(refusal("AccessDeniedException")),
    check: "vCPU quota (spot)",
    state: "skipped",
    says: /could not be read: AccessDeniedException/,
  },
  {
    what: "a compute environment of someone else",
    change: ({ batch }) =>
      batch
        .on(DescribeComputeEnvironmentsCommand)
        .resolves({ computeEnvironments: [{ ...computeEnvironment, tags: {} }] }),
    check: "compute environment (spot)",
    says: /textmill-spot exists, but lacks the tag created-by=textmill/,
  },
  {
    what: "a compute environment that is INVALID",
    change: ({ batch }) =>
      batch.on(DescribeComputeEnvironmentsCommand).resolves({
        computeEnvironments: [{ ...computeEnvironment, status: "INVALID", statusReason: "no such subnet" }],
      }),
    check: "compute environment (spot)",
    says: /INVALID. AWS Batch says: no such subnet. Usually/,
  },
  {
    what: "a compute environment too small for a worker",
    change: ({ batch }) =>
      batch.on(DescribeComputeEnvironmentsCommand).resolves({
        computeEnvironments: [
          {
            ...computeEnvironment,
            computeResources: { ...computeEnvironment.computeResources, maxvCpus: 2 },
          },
        ],
      }),
    check: "compute environment (spot)",
    says: /allows 2 vCPUs, a worker has 4.*Raise max-vcpus/,
  },
  {
    what: "a queue that was disabled",
    change: ({ batch }) =>
      batch.on(DescribeJobQueuesCommand).resolves({ jobQueues: [{ ...jobQueue, state: "DISABLED" }] }),
    check: "job queue (spot)",
    says: /disabled.*aws batch update-job-queue --job-queue textmill-spot --state ENABLED/,
  },
  {
    what: "no docker to build the image",
    change: ({ ecr }) => ecr.on(DescribeImagesCommand).rejects(refusal("ImageNotFoundException")),
    docker: { version: { exitCode: 1, stderr: "Cannot connect to the Docker daemon" } },
    check: "image",
    says: /cannot be built here: use a runner with docker.*Docker/,
  },
  {
    what: "an image for other processors",
    wanted: { image: imageUri },
    change: ({ ecr }) =>
      ecr.on(BatchGetImageCommand).resolves({
        images: [{ imageManifest: JSON.stringify({ manifests: [{ platform: { architecture: "arm64" } }] }) }],
      }),
    check: "image",
    says: /textmill@sha256:a+ is an image for arm64.*--platform linux\/amd64/,
  },
  {
    what: "a given image that is not there",
    wanted: { image: imageUri },
    change: ({ ecr }) => ecr.on(BatchGetImageCommand).resolves({ images: [] }),
    check: "image",
    says: /There is no image .*textmill@sha256:a+. Check the input image/,
  },
  {
    what: "a given image that may not be looked at",
    wanted: { image: imageUri },
    change: ({ ecr }) => ecr.on(BatchGetImageCommand).rejects(refusal("AccessDeniedException")),
    check: "image",
    state: "skipped",
    says: /could not be looked up: ecr:BatchGetImage or/,
  },
  {
    what: "an image of another registry",
    wanted: { image: "ghcr.io/someone/textmill:1" },
    check: "image",
    state: "skipped",
    says: /is not in Amazon ECR and was not looked up/,
  },
  {
    what: "endpoints that may not be looked at",
    wanted: { subnets: ["subnet-1"], securityGroups: ["sg-1"] },
    change: ({ ec2 }) => {
      ec2.on(DescribeRouteTablesCommand).resolves(routeTable());
      ec2.on(DescribeVpcEndpointsCommand).rejects(refusal("UnauthorizedOperation"));
    },
    check: "network (spot)",
    state: "skipped",
    says: /no route to the internet.*ec2:DescribeVpcEndpoints is denied/,
  },
];

describe("fault and mend are named of", () => {
  it.each(brokenSetups)("$what", async ({ check, state = "failed", says, ...setup }) => {
    const checks = await examine(setup);
    const found = checks.find(({ name }) => name === check);
    expect(found).toMatchObject({ state, message: expect.stringMatching(says) });
    const others = checks.filter(({ name, state }) => name !== check && state === "failed");
    expect(others).toEqual([]);
  });
});

describe("doctor", () => {
  async function tell(change: (account: MadeUpAccount) => unknown) {
    account = madeUpAccount();
    change(account);
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    const console: Console = {
      info: note,
      warning: note,
      error: note,
      phase: (_, work) => work(),
      isTerminal: false,
    };
    return { end: await showChecks(account.clients, wantedSetup, console), lines };
  }

  it("writes a line for each check, and ends well when none failed", async () => {
    const { end, lines } = await tell(() => undefined);
    expect(end).toEqual({ outcome: "checked", isWell: true });
    expect(lines).toHaveLength(13);
    expect(lines[0]).toMatch(/^ok {7}credentials +account 123456789012/);
  });

  it("ends with the names of what failed", async () => {
    const { end, lines } = await tell(({ batch }) =>
      batch.on(DescribeJobQueuesCommand).resolves({ jobQueues: [{ ...jobQueue, state: "DISABLED" }] }),
    );
    expect(lines.find((line) => line.startsWith("failed"))).toMatch(
      /^failed {3}job queue \(spot\) +The job queue/,
    );
    expect(end).toEqual({ outcome: "checked", isWell: false });
    expect(lines.at(-1)).toBe("1 of 13 checks failed: job queue (spot).");
  });

  it("shows a message of someone else as one line without commands for the runner", async () => {
    const { lines } = await tell(({ batch }) =>
      batch.on(DescribeComputeEnvironmentsCommand).resolves({
        computeEnvironments: [
          { ...computeEnvironment, status: "INVALID", statusReason: "bad\n::set-output name=x::y" },
        ],
      }),
    );
    expect(lines.join("")).toContain("bad⟨U+000A⟩::set-output");
    expect(lines.some((line) => line.includes("\n"))).toBe(false);
  });
});
