import { readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { runProgram } from "../support/program.ts";

test("a run in a folder is cleaned up without AWS, keeps its texts and its report, and is not done again", async () => {
  const source = await temporaryFolder();
  const destination = await temporaryFolder();
  for (const { key, bytes } of await goodDocuments(2)) await putDocument(source, key, bytes);
  const run = () => runProgram([`--source=${source}`, `--destination=${destination}`, "--run-id=first"]);
  await run();
  const { folder } = await newestRun(destination);
  const longAgo = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), longAgo, longAgo);
  }
  const kept = async () => ({
    outputs: await outputsOf(destination),
    run: await newestRun(destination),
    summary: await readFile(join(folder, "report.md"), "utf8"),
  });
  const before = await kept();

  const end = await runProgram(["--command=cleanup", `--destination=${destination}`, "--confirm"]);
  expect(end).toMatchObject({ exitCode: 0, output: expect.stringContaining("deleted 2 files of 1 run ") });
  const files = ["cleaned.json", "report.json", "report.md", "results.jsonl", "run.json"];
  expect((await readdir(folder)).toSorted()).toEqual(files);

  for (const again of [
    await run(),
    await runProgram(["--command=watch", `--destination=${destination}`, "--run-id=first"]),
  ]) {
    expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining("was cleaned up") });
    expect(again.output).toContain("2 of 2 documents became text");
  }
  expect(await kept()).toEqual(before);
});
