import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { characterErrors } from "../support/accuracy.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { repository, runProgram } from "../support/program.ts";

const documents = join(repository, "test/samples/documents");
const truth = join(repository, "test/samples/truth");

describe("the samples", () => {
  test("become their true text, at a terminal", async () => {
    const texts = await temporaryFolder();
    const end = await runProgram(["--source", documents, "--destination", texts, "--outputs", "txt,json"]);
    expect(end).toMatchObject({ exitCode: 0 });
    const outputs = await outputsOf(texts);
    const keys = (await readdir(truth, { recursive: true })).filter((key) => key.endsWith(".txt"));
    expect(keys.length).toBeGreaterThanOrEqual(12);
    const sum = { errors: 0, characters: 0 };
    for (const key of keys) {
      const text = outputs.get(key);
      expect(text, key).toBeDefined();
      const { errors, characters } = characterErrors(text ?? "", await readFile(join(truth, key), "utf8"));
      expect(errors / characters, key).toBeLessThan(0.01);
      sum.errors += errors;
      sum.characters += characters;
    }
    expect(sum.errors / sum.characters).toBeLessThan(0.005);
    const { report } = await newestRun(texts);
    expect(report).toMatchObject({
      outcome: "succeeded",
      documents: { done: keys.length, failed: 0, missing: 0 },
    });
    expect(end.output).toContain("succeeded");
    expect(end.output).toContain(report.runId);
  });

  test("keep each page apart and tell where its text comes from", async () => {
    const texts = await temporaryFolder();
    await runProgram([
      "--source",
      documents,
      "--destination",
      texts,
      "--outputs",
      "txt,json",
      "--include",
      "*mixed*.pdf",
    ]);
    const outputs = await outputsOf(texts);
    const [txt, json] = [".txt", ".json"].map(
      (ending) => [...outputs].find(([key]) => key.endsWith(ending))?.[1] ?? "",
    );
    expect(txt?.split("\f")).toHaveLength(3);
    const pages = JSON.parse(json ?? "").pages;
    expect(pages.map((page: { outcome: string }) => page.outcome)).toEqual(["text", "recognised", "text"]);
  });
});
