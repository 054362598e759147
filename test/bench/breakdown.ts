/**
 * Where the time of a page goes: samples of both threads of an OCR process, taken by V8's profiler once it is
 * warm; what each process of a whole run takes; and how long one takes from its start to its first page.
 * `npx tsx test/bench/breakdown.ts [--sets clean,gray,colour] [--rounds 3] [--outputs txt,pdf] [--core 1]
 * [--pages folder]`
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Limits } from "../../worker/contract.ts";
import type { OcrMessage, ReadPages } from "../../worker/ocr-messages.ts";
import { productNode, repository } from "../support/program.ts";
import { allCalls, type Call, nearest, readProfile, totalMilliseconds } from "./cpu-profile.ts";
import { documentsOf, type MadeDocument, pagesFolder } from "./pages/make.ts";
import { readWithTextmill } from "./tools.ts";

const { values: options } = parseArgs({
  options: {
    sets: { type: "string", default: "clean,gray,colour" },
    rounds: { type: "string", default: "3" },
    outputs: { type: "string", default: "txt,pdf" },
    core: { type: "string", default: "1" },
    pages: { type: "string", default: pagesFolder },
  },
});

const limits: Limits = { documentBytes: 1e9, documentPages: 1000, pagePixels: 2e8, pageSeconds: 120 };
const rounds = Number(options.rounds);

for (const set of options.sets.split(",")) {
  const documents = await documentsOf(set, options.pages);
  await printBreakdown(set, documents);
  await printProcesses(set, documents);
}
await printStartUp();

async function printBreakdown(set: string, documents: MadeDocument[]): Promise<void> {
  const { main, thread } = await profile(documents);
  const pages = pagesOf(documents);
  const parts = new Map<string, number>();
  const note = (part: string, call: Call) =>
    parts.set(part, (parts.get(part) ?? 0) + call.selfMilliseconds / pages);
  for (const call of allCalls(main)) note(partOfMain(call), call);
  const recognition = readsLines(thread);
  for (const call of allCalls(thread)) note(partOfThread(call, recognition), call);
  const all = [...parts.values()].reduce((sum, part) => sum + part);
  console.log(`\n| ${set}, ${pages} pages | ms a page | share |\n|---|---|---|`);
  for (const [part, milliseconds] of [...parts].sort(([, one], [, other]) => other - one)) {
    const percent = (milliseconds * 100) / all;
    if (percent >= 0.05) console.log(`| ${part} | ${milliseconds.toFixed(1)} | ${percent.toFixed(1)}% |`);
  }
  console.log(`| **all** | ${all.toFixed(1)} | 100% |`);
}

const pagesOf = (documents: MadeDocument[]) =>
  documents.reduce((sum, document) => sum + document.pages, 0) * rounds;

/** The source file of ours that is at work, else Node. */
function partOfMain(call: Call): string {
  const file = nearest(call, ({ url }) => url.includes("/worker/"));
  return file === undefined
    ? "Node: messages, garbage collection"
    : relative(repository, fileURLToPath(file.url));
}

/** The binding of Tesseract's API that was called; its calls of the WASM below it count for it. */
function partOfThread(call: Call, recognition: Set<Call>): string {
  if (nearest(call, (caller) => recognition.has(caller))) return "Tesseract: recognition of the lines";
  const binding = nearest(call, isBinding)?.functionName.split(".").at(-1);
  if (binding === undefined) return "thread of Tesseract: messages, garbage collection";
  return binding === "Recognize" ? "Tesseract: layout" : `Tesseract's ${binding}`;
}

const isBinding = ({ functionName }: Call) => /\.[A-Z]\w+$/.test(functionName);

/**
 * Tesseract's WASM has no names. `Recognize` does two things after one another: it finds the lines, then it reads
 * them, which takes most of its time. So of its parts the one that takes most is the reading.
 */
function readsLines(thread: Call): Set<Call> {
  const recognitions = allCalls(thread).filter(({ functionName }) => functionName.endsWith(".Recognize"));
  return new Set(recognitions.map(largestPart).filter((call) => call !== undefined));
}

function largestPart(call: Call): Call | undefined {
  const [largest] = [...call.children].sort(
    (one, other) => totalMilliseconds(other) - totalMilliseconds(one),
  );
  if (largest === undefined) return undefined;
  const isAll = totalMilliseconds(largest) > totalMilliseconds(call) * 0.97;
  return isAll ? largestPart(largest) : largest;
}

/** Reads the documents in one OCR process, once to warm up and then as often as asked. */
async function profile(documents: MadeDocument[]): Promise<{ main: Call; thread: Call }> {
  const folder = mkdtempSync(join(tmpdir(), "textmill-breakdown-"));
  try {
    // From its sources, whose names the profile then shows.
    const child = fork(join(repository, "worker/ocr-process.ts"), ["eng"], {
      execArgv: ["--import", "tsx", "--cpu-prof", "--cpu-prof-dir", folder],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await readAll(child, documents);
    const from = microseconds();
    for (let round = 0; round < rounds; round++) await readAll(child, documents);
    const span = { from, to: microseconds() };
    child.disconnect();
    await once(child, "exit");
    const ofThread = (thread: number) => {
      // CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile
      const file = readdirSync(folder).find(
        (name) => name.split(".")[3] === String(child.pid) && name.split(".")[4] === String(thread),
      );
      if (file === undefined) throw new Error(`No profile of thread ${thread} in ${folder}.`);
      return readProfile(join(folder, file), span);
    };
    return { main: ofThread(0), thread: ofThread(1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const microseconds = () => Number(process.hrtime.bigint() / 1000n);

async function readAll(child: ChildProcess, documents: MadeDocument[]): Promise<void> {
  for (const { path, pages } of documents) {
    child.send({ path, firstPage: 1, pages, limits } satisfies ReadPages);
    await messageOf(child, "finished");
  }
}

async function messageOf(child: ChildProcess, type: OcrMessage["type"]): Promise<void> {
  for (;;) {
    const [message] = (await once(child, "message")) as [OcrMessage];
    if (message.type === "refused") throw new Error(message.message);
    if (message.type === "reading" && message.reading.outcome === "failed")
      throw new Error(message.reading.message);
    if (message.type === type) return;
  }
}

async function printProcesses(set: string, documents: MadeDocument[]): Promise<void> {
  const { cpuSecondsOf } = await readWithTextmill(documents, {
    core: Number(options.core),
    copies: rounds,
    outputs: options.outputs,
  });
  const pages = pagesOf(documents);
  console.log(`\n| ${set}, a run of ${pages} pages from start to end | CPU ms a page |\n|---|---|`);
  for (const [program, seconds] of cpuSecondsOf) {
    console.log(`| ${program} | ${((seconds * 1000) / pages).toFixed(1)} |`);
  }
}

/** Of an OCR process of the bundle, which reads a letter. */
async function printStartUp(): Promise<void> {
  const [letter] = await documentsOf("short", options.pages);
  if (letter === undefined) throw new Error("The set short is empty.");
  const milliseconds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    const child = fork(join(repository, "dist/ocr-process.mjs"), ["eng"], {
      execPath: productNode,
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.send({ path: letter.path, firstPage: 1, pages: 1, limits } satisfies ReadPages);
    await messageOf(child, "reading");
    milliseconds.push(performance.now() - started);
    child.disconnect();
    await once(child, "exit");
  }
  const [fastest = 0, , median = 0] = milliseconds.sort((one, other) => one - other);
  const version = execFileSync(productNode, ["--version"], { encoding: "utf8" }).trim();
  console.log(
    `\nFrom the start of an OCR process to its first page, a letter, on Node ${version}: ` +
      `${median.toFixed(0)} ms, at best ${fastest.toFixed(0)} ms (5 starts)`,
  );
}
