import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newestRun, temporaryFolder } from "../support/folders.ts";
import { pagesOfPdf } from "../support/pdf-words.ts";
import { repository, runProgram } from "../support/program.ts";

const sample = "scanned.pdf";
const onceOf = (text: string, word: string) => text.split(word).length - 1;

/** Makes searchable PDFs of what is in the folder. */
async function run(source: string, ...more: string[]) {
  const destination = await temporaryFolder();
  const inputs = ["--source", source, "--destination", destination, "--outputs", "txt,pdf", ...more];
  expect(await runProgram(inputs)).toMatchObject({ exitCode: 0 });
  const { report } = await newestRun(destination);
  return { destination, report };
}

describe("a PDF that OCR has been over before", () => {
  test("keeps its layer, which is said, and gives it up to pdf-pages: force", async () => {
    const scans = await temporaryFolder();
    await copyFile(join(repository, "test/samples/documents", sample), join(scans, sample));
    const first = await run(scans);
    const layered = await temporaryFolder();
    await copyFile(join(first.destination, `${sample}.pdf`), join(layered, sample));
    const { total } = first.report.pages;

    const kept = await run(layered);
    expect(kept.report.pages).toMatchObject({ total, recognised: 0, earlierOcr: total });

    const anew = await run(layered, "--pdf-pages", "force");
    expect(anew.report.pages).toMatchObject({ total, recognised: total, earlierOcr: 0 });
    const size = { width: 600, height: 800 };
    const [before] = await pagesOfPdf(await readFile(join(layered, sample)), size);
    const [after] = await pagesOfPdf(await readFile(join(anew.destination, `${sample}.pdf`)), size);
    const [word = ""] = /\b\p{L}{7,}/u.exec(before?.text ?? "") ?? [];
    expect(word).not.toBe("");
    expect(onceOf(after?.text ?? "", word)).toBe(onceOf(before?.text ?? "", word));
    expect(Buffer.compare(before?.pixels ?? Buffer.of(), after?.pixels ?? Buffer.of(1))).toBe(0);
  });
});
