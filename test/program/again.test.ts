import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { runProgram } from "../support/program.ts";

const good = await goodDocuments(7);

/** A source of good documents and a damaged one, all done once. */
async function doneOnce() {
  const source = await temporaryFolder();
  const destination = await temporaryFolder();
  for (const { key, bytes } of good) await putDocument(source, key, bytes);
  await writeFile(join(source, "damaged.pdf"), "no pdf");
  const again = (...more: string[]) =>
    runProgram(["--source", source, "--destination", destination, "--max-failure-percent", "50", ...more]);
  await again();
  return { source, destination, again };
}

describe("a second run", () => {
  test("tries only what failed", async () => {
    const { destination, again } = await doneOnce();
    await again();
    const { report, results } = await newestRun(destination);
    expect(report.documents).toMatchObject({ total: 1, failed: 1, alreadyDone: good.length });
    expect(results.map(({ key }) => key)).toEqual(["damaged.pdf"]);
  });

  test("finds nothing to do when all is done", async () => {
    const { source, destination, again } = await doneOnce();
    await rm(join(source, "damaged.pdf"));
    const end = await again();
    expect(end.exitCode).toBe(0);
    const { report } = await newestRun(destination);
    expect(report).toMatchObject({ outcome: "succeeded", documents: { total: 0, alreadyDone: good.length } });
  });

  test("redoes a document that has changed", async () => {
    const { source, destination, again } = await doneOnce();
    await rm(join(source, "damaged.pdf"));
    const [changed] = good;
    if (changed === undefined) throw new Error("There are good documents.");
    const inAMinute = new Date(Date.now() + 60_000);
    await utimes(join(source, changed.key), inAMinute, inAMinute);
    await again();
    const { results } = await newestRun(destination);
    expect(results.map(({ key }) => key)).toEqual([changed.key]);
  });

  test("redoes everything when forced, with the same bytes", async () => {
    const { destination, again } = await doneOnce();
    const before = await outputsOf(destination);
    await again("--force");
    const { report } = await newestRun(destination);
    expect(report.documents).toMatchObject({ total: good.length + 1, done: good.length, alreadyDone: 0 });
    expect(await outputsOf(destination)).toEqual(before);
  });
});

describe("a text", () => {
  let texts: Map<string, string>;
  beforeAll(async () => {
    texts = await textsWith("1", (document) => document);
  });

  test("is the same with two OCR processes", async () => {
    expect(await textsWith("2", (document) => document)).toEqual(texts);
  });

  test("is the same in any order of the documents", async () => {
    // The order of the work is that of the names, so other names make another order.
    const reversed = await textsWith("1", ({ key, ...rest }, index) => ({
      ...rest,
      key: `${99 - index}/${key}`,
    }));
    const withoutFolder = new Map([...reversed].map(([key, text]) => [key.slice(3), text]));
    expect(withoutFolder).toEqual(texts);
  });

  async function textsWith(
    processes: string,
    rename: (document: (typeof good)[number], index: number) => (typeof good)[number],
  ) {
    const makeFolder = () => mkdtemp(join(tmpdir(), "textmill-test-"));
    const source = await makeFolder();
    const destination = await makeFolder();
    for (const { key, bytes } of good.map(rename)) await putDocument(source, key, bytes);
    await runProgram(["--source", source, "--destination", destination, "--processes", processes]);
    const outputs = await outputsOf(destination);
    expect(outputs.size).toBe(good.length);
    await Promise.all([source, destination].map((folder) => rm(folder, { recursive: true })));
    return new Map([...outputs].sort());
  }
});
