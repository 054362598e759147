/**
 * Runs the program over thousands of damaged documents and checks that none of them harms another: each gets
 * one result, no worker dies, no output is half-written, and what comes in between undamaged has the same text
 * every time. `npx tsx test/bench/fuzz.ts [documents] [seed]`
 * The same seed makes the same documents. Those that ended an OCR process are kept.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type Attempt, type DocumentResult, outputFormats } from "../../worker/contract.ts";
import { goodDocuments } from "../support/documents.ts";
import { newestRun, outputsOf } from "../support/folders.ts";
import { mutate } from "../support/mutations.ts";
import { productNode, repository, withoutRunner } from "../support/program.ts";
import { oneOf, seededRandom } from "../support/random.ts";

const [documents = 2000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const processes = 2;
/** Pages are small; other programs may have the processor too. */
const pageTimeoutSeconds = 20;
const mostMinutes = 120;
/** One document of so many is left as it was. */
const undamagedEvery = 20;
const undamaged = "undamaged";

console.log(`${documents} documents of seed ${seed}`);
const folder = await mkdtemp(join(tmpdir(), "textmill-fuzz-"));
const source = join(folder, "documents");
const destination = join(folder, "texts");
await mkdir(source);
const keys = await writeMutants();
const startedAt = performance.now();
const exitCode = await runProgram();
const minutes = (performance.now() - startedAt) / 60_000;
const { results, attempts, faults } = await inspect(keys);
if (exitCode !== 0) faults.push(`the program ended with ${exitCode}`);
printCounts(results);
const kept = await keepThoseThatEndedAProcess(results);
console.log(`${minutes.toFixed(1)} minutes, ${attempts} attempts, ${kept} kept in ${folder}/ended-a-process`);
console.log(faults.length === 0 ? "no fault" : `${faults.length} FAULTS\n${faults.slice(0, 50).join("\n")}`);
if (faults.length === 0 && kept === 0) await rm(folder, { recursive: true });
process.exitCode = faults.length === 0 ? 0 : 1;

/** Small ones, since what is to be broken is the reading of a format and not the recognition. */
async function originals(): Promise<{ name: string; bytes: Buffer }[]> {
  const mostBytes = 22_000;
  const samples = join(repository, "test/samples/documents");
  const found: { name: string; bytes: Buffer }[] = [];
  for (const name of (await readdir(samples)).filter((entry) => extname(entry) !== "").sort()) {
    const bytes = await readFile(join(samples, name));
    if (bytes.length <= mostBytes) found.push({ name, bytes });
  }
  const good = await goodDocuments(9);
  return [...found, ...good.map(({ key, bytes }) => ({ name: key.slice(6), bytes: Buffer.from(bytes) }))];
}

async function writeMutants(): Promise<string[]> {
  const random = seededRandom(seed);
  const all = await originals();
  const bytesOfAll = all.map(({ bytes }) => bytes);
  const written: string[] = [];
  for (let index = 0; index < documents; index++) {
    const { name, bytes } = oneOf(all, random);
    const document =
      index % undamagedEvery === 0
        ? { bytes, changes: [undamaged] }
        : await mutate(bytes, bytesOfAll, random);
    const key = `${String(index).padStart(6, "0")} ${document.changes.join(" ")} ${name}`;
    await writeFile(join(source, key), document.bytes);
    written.push(key);
  }
  return written;
}

function runProgram(): Promise<number | string> {
  const args = {
    source,
    destination,
    outputs: outputFormats.join(),
    processes,
    "max-failure-percent": 100,
    "page-timeout-seconds": pageTimeoutSeconds,
    "max-page-megapixels": 20,
    "max-document-pages": 200,
  };
  const child = spawn(
    productNode,
    [join(repository, "dist/main.mjs"), ...Object.entries(args).map(([name, value]) => `--${name}=${value}`)],
    { env: withoutRunner(process.env), stdio: "inherit" },
  );
  const deadline = setTimeout(() => child.kill("SIGTERM"), mostMinutes * 60_000);
  return new Promise((resolve) =>
    child.once("exit", (code, signal) => {
      clearTimeout(deadline);
      resolve(code ?? signal ?? "nothing");
    }),
  );
}

async function inspect(expected: string[]) {
  const faults: string[] = [];
  const run = await newestRun(destination);
  const results = run.results as unknown as DocumentResult[];
  const counts = countEach(results.map(({ key }) => key));
  for (const key of expected) {
    if (counts.get(key) !== 1) faults.push(`${key}: ${counts.get(key) ?? 0} results`);
  }
  if (counts.size > expected.length) faults.push("there are results of documents that do not exist");
  const written = await outputsOf(destination);
  for (const result of results) faults.push(...faultsOfOutputs(result, written));
  faults.push(...differencesOfTheUndamaged(expected, written));
  const leftOver = await readdir(join(destination, ".textmill/tmp")).catch(() => []);
  if (leftOver.length > 0) faults.push(`half-written files are left: ${leftOver.join()}`);
  const attempts = await attemptsOf(run.folder);
  for (const { attempt, ended } of attempts) {
    if (attempt !== 1 || ended?.why !== "finished") faults.push(`attempt ${attempt} ended: ${ended?.why}`);
  }
  return { results, attempts: attempts.length, faults };
}

function faultsOfOutputs(result: DocumentResult, written: Map<string, string>): string[] {
  const { key } = result;
  const outputs = outputFormats.map((format) => written.get(`${key}.${format}`));
  if (result.status !== "done") {
    return outputs.every((output) => output === undefined) ? [] : [`${key}: ${result.status}, has an output`];
  }
  const [txt = "", json = "", hocr = "", pdf = ""] = outputs;
  if (!hocr.endsWith("</html>\n")) return [`${key}: the hOCR is not whole`];
  if (!isWholePdf(key, pdf)) return [`${key}: the PDF is not whole`];
  const pages = (JSON.parse(json) as { pages: { text?: string }[] }).pages.map(({ text }) => text);
  // Each of the two holds the whole text, so half of either would differ from the other.
  const fromJson = pages.map((text) => (text === undefined ? "" : `${text}\n`)).join("\f");
  const isWhole = pages.length === result.pages && txt === fromJson;
  return isWhole ? [] : [`${key}: text or JSON is not whole`];
}

/** Where nothing had to be recognised it is the document itself, however that ends. */
function isWholePdf(key: string, pdf: string): boolean {
  if (pdf.startsWith("%PDF-") && pdf.trimEnd().endsWith("%%EOF")) return true;
  return key.endsWith(".pdf") && pdf === readFileSync(join(source, key), "utf8");
}

function differencesOfTheUndamaged(expected: string[], written: Map<string, string>): string[] {
  const texts = new Map<string, string | undefined>();
  return expected.flatMap((key) => {
    const [, name] = key.split(` ${undamaged} `);
    if (name === undefined) return [];
    const text = written.get(`${key}.txt`);
    if (!texts.has(name)) texts.set(name, text);
    return text !== undefined && text === texts.get(name) ? [] : [`${key}: undamaged, and has another text`];
  });
}

async function attemptsOf(runFolder: string): Promise<Attempt[]> {
  const files = (await readdir(join(runFolder, "results"))).map((name) => join(runFolder, "results", name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts
    .flatMap((text) => text.split("\n").filter(Boolean))
    .map((line) => JSON.parse(line) as Attempt | DocumentResult)
    .filter((line) => line.type === "attempt");
}

function printCounts(results: DocumentResult[]): void {
  const kinds = results.map((result) =>
    result.status === "done"
      ? `done, ${result.pagesFailed.length > 0 ? "some" : "no"} pages failed`
      : `${result.status}, ${result.reason}`,
  );
  const counts = [...countEach(kinds)].sort(([, a], [, b]) => b - a);
  for (const [kind, count] of counts) console.log(`${String(count).padStart(6)}  ${kind}`);
}

function countEach(things: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return counts;
}

/** So that it can be looked at why. */
async function keepThoseThatEndedAProcess(results: DocumentResult[]): Promise<number> {
  const target = join(folder, "ended-a-process");
  await mkdir(target);
  let kept = 0;
  for (const result of results) {
    const reasons = result.status === "done" ? result.pagesFailed : [result];
    const ended = reasons.find(({ reason }) => ["crashed", "timeout", "out-of-memory"].includes(reason));
    if (ended === undefined) continue;
    kept++;
    console.log(`${ended.reason}: ${result.key}`);
    await copyFile(join(source, result.key), join(target, result.key));
  }
  return kept;
}
