import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  argumentsOf,
  localOutputs,
  makeAccount,
  outputsIn,
  putSources,
  readRunFolder,
  runOnAccount,
  type TestAccount,
} from "../support/account.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { goodDocuments } from "../support/documents.ts";
import { temporaryFolder } from "../support/folders.ts";
import { runProgram } from "../support/program.ts";

const documents = await goodDocuments(16);
const submitInputs = { command: "submit", "chunk-minutes": "0.2" };

describe.skipIf(!awsUnderTest)(`a run that was submitted (${whyNoAws} if skipped)`, () => {
  test("is left running by a watch whose time is up, and ended by another that knows its id only", async () => {
    const account = await makeAccount("us-east-1");
    // Enough work to outlast the first watch many times over.
    await putSources(account, await goodDocuments(64));
    await succeed(account, { ...submitInputs, "run-id": "left" });
    const early = await succeed(account, { command: "watch", "run-id": "left", "watch-minutes": "0.02" });
    expect(early.output).toMatch(/Textmill: running/);

    const { destination } = account;
    const elsewhere = { cwd: await temporaryFolder(), env: account.env };
    const watchInputs = argumentsOf({ command: "watch", destination, "run-id": "left" });
    const late = await runProgram(watchInputs, elsewhere);
    expect(late, late.output + late.errors).toMatchObject({ exitCode: 0 });
    const first = (await readRunFolder(account, "left")).report;
    expect(first).toMatchObject({ outcome: "succeeded", documents: { done: 64, missing: 0 } });
    await runProgram(watchInputs, elsewhere);
    const again = (await readRunFolder(account, "left")).report;
    expect({ ...again, reportedAt: "" }).toEqual({ ...first, reportedAt: "" });
  });

  test("is ended in the middle by cancel; its results are kept and a new run does the rest", async () => {
    const account = await accountWithDocuments("us-east-1");
    await succeed(account, { ...submitInputs, "run-id": "cancelled" });
    while ((await outputsIn(account)).size < 3) await pause(500);
    const end = await runOnAccount(account, { command: "cancel", "run-id": "cancelled" });
    expect(end, end.output + end.errors).toMatchObject({ exitCode: 1 });
    const { report, results } = await readRunFolder(account, "cancelled");
    const kept = await outputsIn(account);
    expect(report.outcome).toBe("cancelled");
    expect(report.documents.done).toBe(results.length);
    expect(report.documents.missing).toBe(16 - results.length);
    expect(results.every(({ key }) => kept.has(`${key}.txt`))).toBe(true);

    await succeed(account, { "run-id": "the-rest", "chunk-minutes": "0.2" });
    expect((await readRunFolder(account, "the-rest")).report.documents).toMatchObject({
      alreadyDone: kept.size,
      done: 16 - kept.size,
    });
    expect(await outputsIn(account)).toEqual(await localOutputs(documents));
  });

  test("is reported alike by two watchers at once", async () => {
    const account = await accountWithDocuments("us-east-1");
    await succeed(account, { ...submitInputs, "run-id": "watched" });
    const watchers = [1, 2].map(() => succeed(account, { command: "watch", "run-id": "watched" }));
    const lines = (await Promise.all(watchers)).map(({ output }) => /Textmill: .*/.exec(output)?.[0]);
    expect(lines[0]).toMatch(/succeeded/);
    expect(lines[1]).toBe(lines[0]);
  });
});

async function accountWithDocuments(region: string): Promise<TestAccount> {
  const account = await makeAccount(region);
  await putSources(account, documents);
  return account;
}

async function succeed(account: TestAccount, inputs: Record<string, string>) {
  const end = await runOnAccount(account, inputs);
  expect(end, end.output + end.errors).toMatchObject({ exitCode: 0 });
  return end;
}
