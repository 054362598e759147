import { describe, expect, test } from "vitest";
import {
  localOutputs,
  makeAccount,
  outputsIn,
  putSources,
  readRunFolder,
  runOnAccount,
} from "../support/account.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { goodDocuments, hostileNames } from "../support/documents.ts";
import { startRecordingProxy } from "../support/recording-proxy.ts";

/** The S3 tested against may have no route for them (store-s3.test.ts). */
const namesWithoutNewline = (await hostileNames()).filter(({ key }) => !key.includes("\n"));

describe.skipIf(!awsUnderTest)(`a run on AWS Batch (${whyNoAws} if skipped)`, () => {
  test("makes all it needs in an empty account, and the second time only does what is new", async () => {
    const account = await makeAccount("us-west-2");
    const documents = [...(await goodDocuments(60 - namesWithoutNewline.length)), ...namesWithoutNewline];
    await putSources(account, documents);
    const proxy = await startRecordingProxy();

    const first = await runOnAccount(account, { "run-id": "first", "chunk-minutes": "0.2" }, proxy.url);
    expect(first, first.output + first.errors).toMatchObject({ exitCode: 0 });
    const { run, report } = await readRunFolder(account, "first");
    expect(report).toMatchObject({ outcome: "succeeded", documents: { total: 60, done: 60, missing: 0 } });
    expect(run.chunks).toBeGreaterThanOrEqual(6);
    expect(report.attempts).toMatchObject({ total: run.chunks, finished: run.chunks });
    expect(await outputsIn(account)).toEqual(await localOutputs(documents));
    expect(proxy.calls.filter((call) => call === "batch:submitjob")).toHaveLength(1);

    const more = (await goodDocuments(65))
      .slice(60)
      .map(({ key, ...rest }) => ({ ...rest, key: `more/${key}` }));
    await putSources(account, more);
    proxy.calls.length = 0;
    // Without docker nothing can be built.
    account.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
    const second = await runOnAccount(account, { "run-id": "second", "chunk-minutes": "0.2" }, proxy.url);
    expect(second, second.output + second.errors).toMatchObject({ exitCode: 0 });
    expect((await readRunFolder(account, "second")).report.documents).toMatchObject({
      total: 5,
      done: 5,
      alreadyDone: 60,
    });
    const changes = proxy.calls.filter((call) =>
      /:(create|register|update|put|tag|initiate|revoke)/i.test(call),
    );
    expect(changes.filter((call) => call !== "s3:PutObject")).toEqual([]);
  });
});
