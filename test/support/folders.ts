import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { onTestFinished } from "vitest";

/** Removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The outputs of a destination by their keys; Textmill's own files are left out. */
export async function outputsOf(destination: string): Promise<Map<string, string>> {
  const entries = await readdir(destination, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(destination, join(entry.parentPath, entry.name)))
    .filter((key) => !key.startsWith(".textmill/"))
    .sort();
  return new Map(
    await Promise.all(
      keys.map(async (key) => [key, await readFile(join(destination, key), "utf8")] as const),
    ),
  );
}

/** The report of the newest run of a destination, and all its results. */
export async function newestRun(
  destination: string,
): Promise<{ report: Report; results: Result[]; folder: string }> {
  const runs = join(destination, ".textmill/runs");
  const newest = (await readdir(runs)).sort().at(-1) ?? "no run";
  const folder = join(runs, newest);
  const lines = (await readFile(join(folder, "results.jsonl"), "utf8")).split("\n").filter(Boolean);
  return {
    report: JSON.parse(await readFile(join(folder, "report.json"), "utf8")),
    results: lines.map((line) => JSON.parse(line)),
    folder,
  };
}

/** What a reader of the files relies on. */
export interface Report {
  outcome: string;
  runId: string;
  documents: {
    total: number;
    done: number;
    failed: number;
    skipped: number;
    missing: number;
    alreadyDone: number;
  };
  pages: { total: number; recognised: number; failed: number };
}

export interface Result {
  key: string;
  status: string;
  reason?: string;
  pages?: number;
  pagesFailed?: { page: number; reason: string }[];
}
