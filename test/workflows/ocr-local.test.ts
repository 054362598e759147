import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { temporaryFolder } from "../support/folders.ts";
import { playWorkflow } from "../support/workflow-runner.ts";
import { readWorkflow } from "../support/workflows.ts";

const workflow = readWorkflow("ocr-local.yml");
const dispatched = { folder: ".", include: "", languages: "eng", outputs: "txt", "max-failure-percent": "5" };

async function play(inputs: Record<string, string>, documents: string) {
  const { ocr } = await playWorkflow({
    workflow,
    inputs: { ...dispatched, ...inputs },
    vars: {},
    id: "4711",
    documents,
  });
  if (ocr === undefined) throw new Error("ocr-local.yml has no job ocr.");
  return ocr;
}

describe("the workflow without AWS", () => {
  test("reads the whole repository, but for what is git's", async () => {
    const documents = await temporaryFolder();
    for (const { key, bytes } of await goodDocuments(2)) await putDocument(documents, key, bytes);
    await mkdir(join(documents, ".git"));
    await writeFile(join(documents, ".git/config"), "[core]\n");
    const job = await play({}, documents);
    expect(job, job.log).toMatchObject({ result: "success", outputs: { outcome: "succeeded" } });
    expect(job.summary).toMatch(/succeeded/);
    expect(job.log).toMatch(/\b2 documents/);
  });

  test("takes a folder's name for what it is", async () => {
    const folder = 'scans $(id) `id` "><script>';
    const documents = await temporaryFolder();
    for (const { key, bytes } of await goodDocuments(1))
      await putDocument(join(documents, folder), key, bytes);
    const job = await play({ folder }, documents);
    expect(job, job.log).toMatchObject({ result: "success", outputs: { outcome: "succeeded" } });
    expect(job.log + job.summary).not.toMatch(/uid=/);
    expect(job.summary).not.toContain("<script>");
  });

  test.each(["rus+$(id)", "rus+`id`", "rus;id", "--help", "rus/../x", 'rus" "id', "tesseract-.*"])(
    "installs nothing for languages like %j",
    async (languages) => {
      const job = await play({ languages }, await temporaryFolder());
      expect(job).toMatchObject({ result: "failure", outputs: { outcome: "" } });
      expect(job.log).toBe("::error::languages: write Tesseract's codes, e.g. eng+rus\n");
    },
  );
});
