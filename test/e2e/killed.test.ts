import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { BatchClient, paginateListJobs } from "@aws-sdk/client-batch";
import { describe, expect, test } from "vitest";
import {
  argumentsOf,
  makeAccount,
  putSources,
  readRunFolder,
  runOnAccount,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { endOf, productNode, repository } from "../support/program.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";

/** Jobs are looked for by their names, and an account remembers those of earlier tests. */
const story = randomUUID().slice(0, 8);

interface Moment {
  /** Which of the calls that the process makes. */
  call: number;
  when: "before" | "after";
}

const moments = 20;

describe.skipIf(!awsUnderTest?.isStandIn)(
  "a process that is killed while it submits a run (skipped without a stand-in)",
  () => {
    test(`at ${moments} different moments, and started again, never makes two jobs for a chunk`, async () => {
      const account = await makeAccount("us-east-2");
      await putSources(account, await goodDocuments(2));
      const undisturbed = await startRecordingProxy();
      await submit(account, `undisturbed-${story}`, undisturbed.url);
      undisturbed.calls.length = 0;
      await submit(account, `undisturbed-${story}-2`, undisturbed.url);
      const chosen = momentsAmong(undisturbed.calls);
      expect(chosen.some(({ call }) => undisturbed.calls[call - 1] === "batch:submitjob")).toBe(true);

      const lanes = Array.from({ length: 4 }, async (_, lane) => {
        for (const [index, moment] of chosen.entries()) {
          if (index % 4 === lane) await killAndStartAgain(account, `killed-${story}-${index}`, moment);
        }
      });
      await Promise.all(lanes);

      const names = await jobNames(account);
      for (let index = 0; index < chosen.length; index++) {
        const runId = `killed-${story}-${index}`;
        expect(
          names.filter((name) => name.startsWith(`textmill-${runId}-`)),
          runId,
        ).toHaveLength(1);
        const end = await runOnAccount(account, { command: "watch", "run-id": runId });
        expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
        expect((await readRunFolder(account, runId)).report).toMatchObject({
          outcome: "succeeded",
          documents: { total: 2, done: 2 },
        });
      }
    });
  },
);

const submitInputs = { command: "submit", force: "true", "chunk-minutes": "0.1" };

async function submit(account: TestAccount, runId: string, endpoint?: string): Promise<void> {
  const end = await runOnAccount(account, { ...submitInputs, "run-id": runId }, endpoint);
  expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
}

/** Spread over all calls, before and after them in turn, and on both sides of the one that submits. */
function momentsAmong(calls: readonly string[]): Moment[] {
  const submitJob = calls.indexOf("batch:submitjob") + 1;
  const around: Moment[] = [
    { call: submitJob, when: "before" },
    { call: submitJob, when: "after" },
    { call: submitJob + 1, when: "before" },
    { call: submitJob + 1, when: "after" },
  ];
  const others = moments - around.length;
  const spread = Array.from({ length: others }, (_, index): Moment => {
    const call = 1 + Math.round((index * (calls.length - 9)) / (others - 1));
    return { call, when: index % 2 === 0 ? "before" : "after" };
  });
  return [...spread, ...around];
}

async function killAndStartAgain(account: TestAccount, runId: string, { call, when }: Moment): Promise<void> {
  const proxy = await startRecordingProxy();
  const args = argumentsOf({ ...account.inputs, ...submitInputs, "run-id": runId });
  const child = spawn(productNode, [join(repository, "dist/main.mjs"), ...args], {
    env: { ...account.env, AWS_ENDPOINT_URL: proxy.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  proxy.onCall = (now, _, number) => {
    if (number === call && now === when) child.kill("SIGKILL");
  };
  const end = await endOf(child);
  expect(end.exitCode, `${runId} was not killed at call ${call}: ${end.output}${end.errors}`).toBeNull();
  await submit(account, runId);
}

async function jobNames({ region }: TestAccount): Promise<string[]> {
  const names: string[] = [];
  const client = new BatchClient({ region });
  const filters = [{ name: "JOB_NAME", values: ["textmill-*"] }];
  for await (const page of paginateListJobs({ client }, { jobQueue: "textmill-spot", filters })) {
    for (const { jobName = "" } of page.jobSummaryList ?? []) names.push(jobName);
  }
  return names;
}
