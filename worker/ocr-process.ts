/**
 * The process that parses documents. It is expected to die on some of them; the supervisor (`ocr-pool.ts`)
 * then starts another. One job at a time, answered with `OcrMessage`s.
 */
import { readFile } from "node:fs/promises";
import type { Limits } from "./contract.ts";
import { documentPath, keepPage } from "./document-files.ts";
import { openDocument } from "./formats/open.ts";
import type { OpenDocument, Opening } from "./formats/page.ts";
import { maxCharacters, refuseTooMuchText } from "./formats/text-limit.ts";
import { startRecogniser } from "./ocr.ts";
import {
  type OcrJob,
  type OcrMessage,
  outOfMemoryExitCode,
  type PageOutcome,
  type PageReading,
  type ReadPages,
} from "./ocr-messages.ts";
import { writeOutputs } from "./outputs/write.ts";
import { recognisePage } from "./recognition/recognise-page.ts";

const languages = process.argv.slice(2);
// It starts while the first document is opened. If it fails, the page that needs it says so.
const recogniser = startRecogniser(languages);
recogniser.catch(() => {});
let latest: { folder: string; opening: Opening } | undefined;

const send = (message: OcrMessage) => process.send?.(message);

async function work(job: OcrJob): Promise<void> {
  if (job.type === "read") await readPages(job);
  else {
    const writing = await writeOutputs(job, () => send({ type: "progress" }));
    send(writing.outcome === "written" ? { type: "written" } : { ...writing, type: "refused" });
  }
  const { user, system } = process.cpuUsage();
  send({ type: "finished", residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 });
}

async function readPages(job: ReadPages): Promise<void> {
  const opening = await open(job);
  if (opening.outcome === "refused") {
    send({ type: "refused", reason: opening.reason, message: opening.message });
    return;
  }
  const { document } = opening;
  send({ type: "opened", format: document.format, pages: document.pages });
  const lastPage = Math.min(document.pages, job.firstPage + job.pages - 1);
  for (let page = job.firstPage; page <= lastPage; page++) {
    const reading = await readPage(document, page, job.settings.limits);
    await keepPage(job.folder, reading);
    send({ type: "page", page: outcomeOf(reading) });
  }
}

/** A long document comes in several jobs: it is kept open until another one is asked for. */
async function open({ folder, settings }: ReadPages): Promise<Opening> {
  if (latest?.folder === folder) return latest.opening;
  if (latest?.opening.outcome === "opened") latest.opening.document.close();
  latest = undefined;
  const opening = await openDocument(await readFile(documentPath(folder)), settings);
  latest = { folder, opening };
  return opening;
}

async function readPage(document: OpenDocument, page: number, limits: Limits): Promise<PageReading> {
  const content = await document.page(page - 1);
  if (content.outcome === "refused") return { page, ...content, outcome: "failed" };
  if (content.outcome === "text" && content.text.length > maxCharacters(limits)) {
    return { page, ...refuseTooMuchText(limits), outcome: "failed" };
  }
  if (content.outcome === "text")
    return { page, outcome: "text", text: content.text, isEarlierOcr: content.isEarlierOcr ?? false };
  const { text, confidence, words } = await recognisePage(await recogniser, content.image);
  return { page, outcome: "recognised", text, confidence, words };
}

function outcomeOf(reading: PageReading): PageOutcome {
  if (reading.outcome === "failed") return reading;
  const { page, text } = reading;
  const characters = text.trimEnd().length;
  return reading.outcome === "text"
    ? { page, outcome: "text", characters, isEarlierOcr: reading.isEarlierOcr }
    : { page, outcome: "recognised", characters, confidence: reading.confidence };
}

/** WASM that threw is in no state to go on with: the process ends and says in its code what it knows. */
function die(error: unknown): never {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`${text}\n`);
  const isMemory =
    /out of memory|cannot enlarge memory|array buffer allocation|invalid array length|OOM/i.test(text);
  process.exit(isMemory ? outOfMemoryExitCode : 1);
}

process.on("message", (job: OcrJob) => void work(job).catch(die));
process.on("uncaughtException", die);
// The supervisor is gone: nobody waits for an answer.
process.on("disconnect", () => process.exit(0));
// A terminal sends Ctrl-C to every process; only the supervisor decides.
process.on("SIGINT", () => {});
