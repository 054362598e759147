/**
 * Where the time of a page goes: samples of both threads of an OCR process, taken by V8's profiler once it is
 * warm; what each process of a whole run takes; and how long one takes from its start to its first page.
 * `npx tsx test/bench/breakdown.ts [--sets clean,gray,colour] [--rounds 3] [--outputs txt,pdf] [--core 1]
 * [--folder pages]`
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { documentPath, makeDocumentFolder } from "../../worker/document-files.ts";
import type { OcrMessage, ReadPages } from "../../worker/ocr-messages.ts";
import { v8Flags } from "../../worker/ocr-slot.ts";
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
    folder: { type: "string", default: pagesFolder },
  },
});

const settings: ReadPages["settings"] = {
  limits: { documentBytes: 1e9, documentPages: 1000, pagePixels: 2e8, pageSeconds: 120 },
  pdfPages: "auto",
};
const rounds = Number(options.rounds);

for (const set of options.sets.split(",")) {
  const documents = await documentsOf(set, options.folder);
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
  const tesseract = [...parts].reduce(
    (sum, [part, milliseconds]) => sum + (part.startsWith("Tesseract") ? milliseconds : 0),
    0,
  );
  console.log(
    `| **Tesseract in all** | ${tesseract.toFixed(1)} | ${((tesseract * 100) / all).toFixed(1)}% |\n` +
      `| **all** | ${all.toFixed(1)} | 100% |`,
  );
}

function pagesOf(documents: MadeDocument[]): number {
  return documents.reduce((sum, document) => sum + document.pages, 0) * rounds;
}

/** The source file of ours that is at work, else Node. */
function partOfMain(call: Call): string {
  const ours = /worker\/(?:\w+\/)?[\w-]+\.ts/;
  const file = nearest(call, ({ url }) => ours.test(url) && !url.includes("node_modules"));
  return ours.exec(file?.url ?? "")?.[0] ?? "Node: messages, garbage collection";
}

/** The binding of Tesseract's API that was called; its calls of the WASM below it count for it. */
function partOfThread(call: Call, recognition: Set<Call>): string {
  if (nearest(call, (caller) => recognition.has(caller))) return "Tesseract: recognition of the lines";
  const binding = nearest(call, isBinding)?.functionName.split(".").at(-1);
  if (binding === undefined) return "thread of Tesseract: messages, garbage collection";
  return binding === "Recognize" ? "Tesseract: layout" : `Tesseract's ${binding}`;
}

function isBinding({ functionName }: Call): boolean {
  return /\.[A-Z]\w+$/.test(functionName);
}

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
      execArgv: [...v8Flags, "--import", "tsx", "--cpu-prof", "--cpu-prof-dir", folder],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await readAll(child, documents);
    const from = microseconds();
    for (let round = 0; round < rounds; round++) await readAll(child, documents);
    const span = { from, to: microseconds() };
    child.disconnect();
    await once(child, "exit");
    // CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile: tsx has a thread too, the one started last is Tesseract's.
    const files = readdirSync(folder).sort();
    const [first, last] = [files[0], files.at(-1)];
    if (first === undefined || last === undefined) throw new Error(`No profile in ${folder}.`);
    return { main: readProfile(join(folder, first), span), thread: readProfile(join(folder, last), span) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

async function readAll(child: ChildProcess, documents: MadeDocument[]): Promise<void> {
  for (const { path, pages } of documents) {
    await withFolderOf(path, async (folder) => {
      child.send({ type: "read", folder, firstPage: 1, pages, settings } satisfies ReadPages);
      await messageOf(child, "finished");
    });
  }
}

/** As a worker would put it there. */
async function withFolderOf(path: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "textmill-document-"));
  try {
    await makeDocumentFolder(folder);
    copyFileSync(path, documentPath(folder));
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function messageOf(child: ChildProcess, type: OcrMessage["type"]): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", function hear(message: OcrMessage) {
      const failure = failureOf(message);
      if (failure === undefined && message.type !== type) return;
      child.off("message", hear);
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
}

function failureOf(message: OcrMessage): string | undefined {
  if (message.type === "refused") return message.message;
  return message.type === "page" && message.page.outcome === "failed" ? message.page.message : undefined;
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
  const [letter] = await documentsOf("short", options.folder);
  if (letter === undefined) throw new Error("The set short is empty.");
  const milliseconds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    const child = fork(join(repository, "dist/ocr-process.mjs"), ["eng"], {
      execPath: productNode,
      execArgv: v8Flags,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const finished = messageOf(child, "finished");
    const read = messageOf(child, "page").then(() => milliseconds.push(performance.now() - started));
    await withFolderOf(letter.path, async (folder) => {
      child.send({ type: "read", folder, firstPage: 1, pages: 1, settings } satisfies ReadPages);
      await Promise.all([read, finished]);
    });
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
