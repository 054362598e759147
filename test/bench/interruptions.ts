/**
 * Sends SIGTERM to a worker at random moments of its chunk and looks how soon it leaves and whether anything is
 * done twice or lost. `npx tsx test/bench/interruptions.ts [times]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blackAndWhite } from "../samples/maker/images.ts";
import { drawPage } from "../samples/maker/page.ts";
import { pdf } from "../samples/maker/pdf.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { outputsOf } from "../support/folders.ts";
import { type Interruption, interruptWorker } from "../support/interruptions.ts";
import { prepareRun } from "../support/prepared-run.ts";

const [times = 50] = process.argv.slice(2).map(Number);
const documents = 90;
const longestWaitSeconds = 15;

const folder = await mkdtemp(join(tmpdir(), "textmill-interruptions-"));
const source = join(folder, "documents");
for (const { key, bytes } of await goodDocuments(documents - 1)) await putDocument(source, key, bytes);
await putDocument(source, "long.pdf", await longPdf());

const all: Interruption[] = [];
let chunks = 0;
while (all.length < times) {
  const destination = join(folder, `texts-${chunks++}`);
  await prepareRun(source, destination, { runId: "one" });
  for await (const interruption of interruptWorker(destination, "one", randomMoments())) {
    all.push(interruption);
    print(interruption);
  }
  const { size } = await outputsOf(destination);
  if (size !== documents) throw new Error(`${documents - size} documents have no text.`);
}
await rm(folder, { recursive: true });
const seconds = all.map(({ exitSeconds }) => exitSeconds).sort((a, b) => a - b);
console.log(
  `${all.length} SIGTERMs in ${chunks} chunks of ${documents} documents: longest ${seconds.at(-1)?.toFixed(2)} s, ` +
    `median ${seconds[Math.floor(seconds.length / 2)]?.toFixed(2)} s from the signal to the end; ` +
    `${all.filter(({ redone }) => redone.length > 0).length} times a finished document was done again`,
);
const isRight = all.every(({ exitCode, finished, exitSeconds, redone }) => {
  const codes = finished === documents ? [0] : [75, null];
  return codes.includes(exitCode) && exitSeconds < 10 && redone.length === 0;
});
if (!isRight) process.exitCode = 1;

/** At last the worker has all the time that it needs. */
function* randomMoments(): Generator<number> {
  while (all.length < times) yield Math.random() * longestWaitSeconds;
  yield 3600;
}

/** Long enough to be in flight at most moments. */
function longPdf(): Promise<Buffer> {
  const pages = Array.from({ length: 60 }, (_, page) =>
    drawPage([`Page ${page + 1} of the long one`], { paper: "a6", dotsPerInch: 200, points: 10 }),
  );
  return pdf(
    pages.map((page) => ({ kind: "group4" as const, image: blackAndWhite(page), dotsPerInch: 200 })),
    "long",
  );
}

function print({ afterSeconds, exitCode, exitSeconds, finished, redone }: Interruption): void {
  const again = redone.length > 0 ? `, done again: ${redone.join(", ")}` : "";
  console.log(
    `SIGTERM after ${afterSeconds.toFixed(2)} s: exit ${exitCode} in ${exitSeconds.toFixed(2)} s, ${finished} finished${again}`,
  );
}
