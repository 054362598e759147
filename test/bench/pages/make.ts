/**
 * Makes the benchmarks' documents where they are not yet:
 * `npx tsx test/bench/pages/make.ts <folder> [set …]` writes `<folder>/<set>/documents/` and `…/truth/`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sets } from "./sets.ts";

/** Where they lie unless told otherwise; made pages are kept from one benchmark to the next. */
export const pagesFolder = join(tmpdir(), "textmill-bench-pages");

export interface MadeDocument {
  name: string;
  path: string;
  truth: string;
  pages: number;
}

/** The documents of a set, made in `folder` unless they are there. */
export async function documentsOf(set: string, folder: string): Promise<MadeDocument[]> {
  const done = join(folder, set);
  if (!existsSync(done)) await make(set, done);
  return readdirSync(join(done, "documents")).map((name) => {
    const truth = readFileSync(join(done, "truth", `${name}.txt`), "utf8");
    return { name, path: join(done, "documents", name), truth, pages: truth.split("\f").length };
  });
}

async function make(set: string, done: string): Promise<void> {
  const make = sets[set];
  if (make === undefined) throw new Error(`No set ${set}: ${Object.keys(sets).join(", ")}`);
  const unfinished = `${done}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const part of ["documents", "truth"]) mkdirSync(join(unfinished, part), { recursive: true });
  for (const { name, bytes, truth } of await make()) {
    writeFileSync(join(unfinished, "documents", name), bytes);
    writeFileSync(join(unfinished, "truth", `${name}.txt`), truth);
  }
  renameSync(unfinished, done);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder, ...wanted] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Say where: npx tsx test/bench/pages/make.ts <folder> [set …]");
  for (const set of wanted.length > 0 ? wanted : Object.keys(sets)) {
    const documents = await documentsOf(set, folder);
    console.log(`${set}: ${documents.length} documents`);
  }
}
