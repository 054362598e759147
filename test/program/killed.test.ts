import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { endOf, productNode, repository, runProgram, withoutRunner } from "../support/program.ts";

const documents = await goodDocuments(42);
const processes = 2;

/** In a process group of its own, so that all of it can be killed at once. */
function startGroup(source: string, destination: string) {
  const args = ["--source", source, "--destination", destination, "--processes", String(processes)];
  return spawn(productNode, [join(repository, "dist/main.mjs"), ...args], {
    detached: true,
    env: withoutRunner(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function sourceOfDocuments(): Promise<string> {
  const source = await temporaryFolder();
  for (const { key, bytes } of documents) await putDocument(source, key, bytes);
  return source;
}

/** `pause` is real: what is tested is what becomes of processes that are killed while they work. */
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a run killed ten times at random moments ends with the same bytes, and does nothing finished again", async () => {
  const source = await sourceOfDocuments();
  const undisturbed = await temporaryFolder();
  await runProgram(["--source", source, "--destination", undisturbed]);
  const expected = await outputsOf(undisturbed);
  expect(expected.size).toBe(documents.length);

  const destination = await temporaryFolder();
  for (let kill = 0; kill < 10; kill++) {
    const child = startGroup(source, destination);
    const end = endOf(child);
    await pause(300 + Math.random() * 2500);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await end;
    // Half an output would differ from the whole one.
    for (const [key, text] of await outputsOf(destination)) expect(text, key).toBe(expected.get(key));
  }
  const finished = (await outputsOf(destination)).size;
  // By its own id: the run that was killed last may be of the same second.
  const end = await runProgram(["--source", source, "--destination", destination, "--run-id", "the-last"]);
  expect(end.exitCode).toBe(0);
  const { report } = await newestRun(destination);
  expect(report.documents).toMatchObject({
    alreadyDone: finished,
    done: documents.length - finished,
    missing: 0,
  });
  expect(await outputsOf(destination)).toEqual(expected);
});

test("a run killed and started again by its id goes on where its results end", async () => {
  const source = await sourceOfDocuments();
  const destination = await temporaryFolder();
  const args = [
    "--source",
    source,
    "--destination",
    destination,
    "--run-id",
    "one",
    "--processes",
    String(processes),
  ];
  const child = spawn(productNode, [join(repository, "dist/main.mjs"), ...args], {
    detached: true,
    env: withoutRunner(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killed = endOf(child);
  while ((await outputsOf(destination).catch(() => new Map())).size < 20) await pause(100);
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await killed;
  const end = await runProgram(args);
  expect(end).toMatchObject({ exitCode: 0 });
  const { report, results } = await newestRun(destination);
  expect(report).toMatchObject({ runId: "one", outcome: "succeeded", documents: { done: documents.length } });
  const attempts = new Set(results.map((result) => (result as { attempt?: number }).attempt));
  expect([...attempts].sort()).toEqual([1, 2]);
});

test("a run that is interrupted says so, keeps what is done and goes on with the rest", async () => {
  const source = await sourceOfDocuments();
  const destination = await temporaryFolder();
  const child = startGroup(source, destination);
  const ended = endOf(child);
  while ((await outputsOf(destination).catch(() => new Map())).size < 5) await pause(100);
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  const end = await ended;
  expect(end.exitCode).toBe(1);
  expect(end.output).toMatch(/cancelled/);
  expect(end.output).toMatch(/again/);
  const interrupted = await newestRun(destination);
  expect(interrupted.report.outcome).toBe("cancelled");
  await rm(interrupted.folder, { recursive: true });
  await runProgram(["--source", source, "--destination", destination]);
  expect((await outputsOf(destination)).size).toBe(documents.length);
  expect(await readdir(join(destination, ".textmill/tmp"))).toEqual([]);
});
