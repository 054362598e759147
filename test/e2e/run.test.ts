import { spawn } from "node:child_process";
import { join } from "node:path";
import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  UpdateJobQueueCommand,
} from "@aws-sdk/client-batch";
import { CloudWatchLogsClient, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AuthorizeSecurityGroupIngressCommand, EC2Client } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { variables } from "../../worker/contract.ts";
import {
  jobsOf,
  localOutputs,
  makeAccount,
  outputsIn,
  putSources,
  readRunFolder,
  runOnAccount,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { goodDocuments, hostileNames } from "../support/documents.ts";
import { actionsOf, readPolicy } from "../support/policies.ts";
import { endOf, type ProgramEnd, productNode, repository } from "../support/program.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";
import { credentialsUrl } from "../support/stand-in.ts";

/** The S3 tested against may have no route for them (store-s3.test.ts). */
const namesWithoutNewline = (await hostileNames()).filter(({ key }) => !key.includes("\n"));
const documents = [...(await goodDocuments(60 - namesWithoutNewline.length)), ...namesWithoutNewline];
const inputs = { "chunk-minutes": "0.2" };

/** Allowed by the call that it belongs to, or by docker's: never a call of its own that the stand-in could refuse. */
const impliedByOthers = {
  "batch:ListJobs": "looking for a lost answer or for failed children (killed.test.ts, interruption.test.ts)",
  "batch:TagResource": "a compute environment, queue, definition or job that is made with tags",
  "ec2:CreateTags": "CreateSecurityGroup with tags",
  "ecr:TagResource": "CreateRepository with tags",
  "logs:TagResource": "CreateLogGroup with tags",
  "iam:PassRole": "RegisterJobDefinition with the workers' roles",
  "ecr:BatchCheckLayerAvailability": "docker push",
  "ecr:InitiateLayerUpload": "docker push",
  "ecr:UploadLayerPart": "docker push",
  "ecr:CompleteLayerUpload": "docker push",
  "ecr:PutImage": "docker push",
};

describe.skipIf(!awsUnderTest?.isStandIn)(
  "the story of an account, in order (skipped without a stand-in)",
  { shuffle: false },
  () => {
    let account: TestAccount;
    const deployCalls = new Set<string>();

    async function runRecorded(more: Record<string, string>): Promise<{ end: ProgramEnd; calls: string[] }> {
      const proxy = await startRecordingProxy();
      const end = await runOnAccount(account, { ...inputs, ...more }, proxy.url);
      for (const call of proxy.calls) deployCalls.add(call);
      return { end, calls: proxy.calls };
    }

    test("the first run makes all it needs, and texts as one machine makes them", async () => {
      account = await makeAccount("us-west-2");
      await putSources(account, documents);
      const { end, calls } = await runRecorded({ "run-id": "first" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      const { run, report } = await readRunFolder(account, "first");
      expect(report).toMatchObject({ outcome: "succeeded", documents: { total: 60, done: 60, missing: 0 } });
      expect(run.chunks).toBeGreaterThanOrEqual(6);
      expect(report.attempts).toMatchObject({ total: run.chunks, finished: run.chunks });
      expect(calls.filter((call) => call === "batch:submitjob")).toHaveLength(1);
      expect(await outputsIn(account)).toEqual(await localOutputs(documents));
    });

    test("the second run makes, builds and changes nothing, and only does what is new", async () => {
      const more = (await goodDocuments(65)).slice(60);
      await putSources(
        account,
        more.map(({ key, ...rest }) => ({ ...rest, key: `more/${key}` })),
      );
      // Without docker nothing can be built.
      account.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
      const { end, calls } = await runRecorded({ "run-id": "second" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      expect((await readRunFolder(account, "second")).report.documents).toMatchObject({
        total: 5,
        done: 5,
        alreadyDone: 60,
      });
      expect(calls.filter(isChange)).toEqual([]);
    });

    test("a run shows what was changed behind its back, and mends it", async () => {
      await changeBehindItsBack(account);
      await putSources(account, [{ key: "one more.png", bytes: documents[0]?.bytes ?? new Uint8Array() }]);
      const { end } = await runRecorded({ "run-id": "third", "max-vcpus": "16" });
      expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
      for (const line of [
        /Updating the compute environment textmill-spot:/,
        /vCPUs.*16.*8/i,
        /Updating the job queue textmill-spot:/,
        /inbound/,
        /Updating the log group/,
      ]) {
        expect(end.output).toMatch(line);
      }
    });

    test("a run that is cancelled ends its jobs, and a worker can do its chunk with the job role's rights", async () => {
      const submitted = await runRecorded({ "run-id": "fourth", command: "submit", force: "true" });
      expect(submitted.end, submitted.end.output + submitted.end.errors).toMatchObject({ exitCode: 0 });
      const [job = ""] = await jobsOf(account, "fourth");
      const { end } = await runRecorded({ "run-id": "fourth", command: "cancel" });
      expect(end.output).toMatch(/Textmill: cancelled/);

      const proxy = await startRecordingProxy();
      const worker = await runWorker(account, "fourth", job, proxy.url);
      expect(worker, worker.errors).toMatchObject({ exitCode: 0 });
      expect([...new Set(proxy.calls), "s3:ListBucket"].sort()).toEqual(actionsOf(readPolicy("job-role")));
    });

    test("all of that takes each action of the deploy role's policy and no other", () => {
      const allowed = actionsOf(readPolicy("deploy-role")).filter((action) => !(action in impliedByOthers));
      expect([...deployCalls].map(small).sort()).toEqual(allowed.map(small).sort());
      for (const action of Object.keys(impliedByOthers)) {
        expect(actionsOf(readPolicy("deploy-role"))).toContain(action);
      }
    });
  },
);

const small = (action: string) => action.toLowerCase();

const isChange = (call: string) =>
  call !== "s3:PutObject" && /:(create|register|update|put|tag|initiate|revoke|authorize|delete)/i.test(call);

/** Someone opens the security group, keeps the logs for a day and lets the queue use the other environment. */
async function changeBehindItsBack(account: TestAccount): Promise<void> {
  const { region } = account;
  const batch = new BatchClient({ region });
  // Makes the other environment.
  const end = await runOnAccount(account, {
    ...inputs,
    command: "submit",
    capacity: "on-demand",
    force: "true",
    "run-id": "other",
  });
  expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
  await runOnAccount(account, { command: "cancel", "run-id": "other" });
  const { computeEnvironments = [] } = await batch.send(
    new DescribeComputeEnvironmentsCommand({ computeEnvironments: ["textmill-on-demand"] }),
  );
  const [environment] = computeEnvironments;
  await batch.send(
    new UpdateJobQueueCommand({
      jobQueue: "textmill-spot",
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment?.computeEnvironmentArn }],
    }),
  );
  await new EC2Client({ region }).send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: environment?.computeResources?.securityGroupIds?.[0],
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
    }),
  );
  await new CloudWatchLogsClient({ region }).send(
    new PutRetentionPolicyCommand({ logGroupName: "/textmill/worker", retentionInDays: 1 }),
  );
}

/** As AWS Batch would, with the rights that the job's containers have. */
function runWorker(account: TestAccount, runId: string, job: string, endpoint: string): Promise<ProgramEnd> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = account.env;
  return endOf(
    spawn(productNode, [join(repository, "dist/worker.mjs")], {
      env: {
        ...env,
        AWS_ENDPOINT_URL: endpoint,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: credentialsUrl(job),
        [variables.destination]: account.destination,
        [variables.runId]: runId,
        [variables.chunkOffset]: "0",
        [variables.processes]: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}
