import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { characterErrors } from "../support/accuracy.ts";
import {
  type GoodDocument,
  goodDocuments,
  hostileDocuments,
  hostileNames,
  putDocument,
  tiffWithCorruptPage,
} from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { productNode, repository, runProgram } from "../support/program.ts";

const isRoot = process.getuid?.() === 0;

/** Root may read everything, so as root the program is run as someone else, where that one can reach it. */
const nobody = 65534;
const canRunAsNobody =
  isRoot &&
  spawnSync(productNode, [join(repository, "dist/main.mjs"), "--help"], { uid: nobody }).status === 0;

describe("200 documents, some of them hostile", () => {
  test("each get their result, and every good one its text", async () => {
    const hostile = (await hostileDocuments()).filter(({ key }) => !(isRoot && key.includes("unreadable")));
    const named = await hostileNames();
    const corruptPage = tiffWithCorruptPage();
    const good = await goodDocuments(200 - hostile.length - named.length - 1);
    const source = await temporaryFolder();
    for (const { key, bytes } of [...good, ...named, corruptPage]) await putDocument(source, key, bytes);
    await mkdir(join(source, "hostile"), { recursive: true });
    for (const { key, make } of hostile) await make(join(source, key));
    const destination = await temporaryFolder();

    const end = await runProgram([
      "--source",
      source,
      "--destination",
      destination,
      "--max-failure-percent",
      "20",
    ]);

    expect(end).toMatchObject({ exitCode: 0 });
    const { report, results } = await newestRun(destination);
    expect(report).toMatchObject({ outcome: "partial", documents: { total: 200, missing: 0 } });
    const byKey = new Map(results.map((result) => [result.key, result]));
    expect(byKey.size).toBe(200);
    for (const { key, status, reason } of hostile)
      expect(byKey.get(key), key).toMatchObject({ status, reason });
    expect(byKey.get(corruptPage.key)).toMatchObject({
      status: "done",
      pages: 3,
      pagesFailed: [{ page: 2, reason: "corrupt" }],
    });
    await expectTexts([...good, ...named, corruptPage], destination);

    const failures = hostile.filter(({ status }) => status === "failed");
    const summary = await readFile(join(destination, ".textmill/runs", report.runId, "report.md"), "utf8");
    for (const { key, reason } of failures) {
      expect(summary).toContain(key.split("/").at(-1)?.replaceAll("_", "\\_"));
      expect(summary).toContain(reason);
    }
  });

  test("fail the step when more of them fail than is allowed", async () => {
    const source = await temporaryFolder();
    await writeFile(join(source, "garbage.pdf"), "no pdf");
    for (const { key, bytes } of await goodDocuments(2)) await putDocument(source, key, bytes);
    const destination = await temporaryFolder();
    const end = await runProgram([
      "--source",
      source,
      "--destination",
      destination,
      "--max-failure-percent",
      "10",
    ]);
    expect(end).toMatchObject({ exitCode: 1 });
    expect((await newestRun(destination)).report).toMatchObject({
      outcome: "failed",
      documents: { done: 2, failed: 1 },
    });
  });

  test.skipIf(isRoot && !canRunAsNobody)("report a file that may not be read", async () => {
    const source = await temporaryFolder();
    const destination = await temporaryFolder();
    const unreadable = (await hostileDocuments()).find(({ key }) => key.includes("unreadable"));
    await unreadable?.make(join(source, "unreadable.png"));
    await chmod(source, 0o755);
    await chmod(destination, 0o777);
    await runProgram(["--source", source, "--destination", destination], isRoot ? { uid: nobody } : {});
    const { results } = await newestRun(destination);
    expect(results).toMatchObject([{ key: "unreadable.png", status: "failed", reason: "access-denied" }]);
  });
});

async function expectTexts(documents: GoodDocument[], destination: string): Promise<void> {
  const outputs = await outputsOf(destination);
  for (const { key, text } of documents) {
    const output = outputs.get(`${key}.txt`);
    expect(output, key).toBeDefined();
    expect(output?.split("\f").length, key).toBe(text.split("\f").length);
    const { errors, characters } = characterErrors(output ?? "", text);
    expect(errors / characters, `${key}: ${output}`).toBeLessThan(0.02);
  }
}
