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

  test("takes names of folders and documents for mere text", async () => {
    const folder = 'scans $(id) `id` "><script>';
    const names = ["new\n::error::line.png", "a|b `id` $(id).png", "<img src=x onerror=alert(1)>.pdf"];
    const documents = await temporaryFolder();
    const [good] = await goodDocuments(1);
    for (const name of names) {
      const bytes = name.endsWith(".pdf") ? Buffer.from("no PDF") : (good?.bytes ?? Buffer.alloc(0));
      await putDocument(join(documents, folder), name, bytes);
    }
    const job = await play({ folder, "max-failure-percent": "50" }, documents);
    expect(job, job.log).toMatchObject({ result: "success", outputs: { outcome: "partial" } });
    expect(job.log + job.summary).not.toMatch(/uid=/);
    expect(job.log.match(/^::error.*/gm) ?? []).toEqual([]);
    expect(job.summary).toContain("&#60;img src");
    expect(job.summary).not.toMatch(/<script|<img/);
  });

  test("refuses a folder's name with a line break", async () => {
    const job = await play({ folder: "a\n::warning::b" }, await temporaryFolder());
    expect(job).toMatchObject({ result: "failure", outputs: { outcome: "" } });
    expect(job.log).toMatch(/^::error::source ".*line break/m);
    expect(job.log).not.toMatch(/^::warning/m);
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
