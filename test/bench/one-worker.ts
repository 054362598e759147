/**
 * Takes 2,000 one-page documents through one worker, kills one of its OCR processes every 20 of them, and prints the
 * memory of the worker and of its OCR processes, and whether a text was lost.
 * `npx tsx test/bench/one-worker.ts [documents] [kill every; 0: never]`
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { png } from "../samples/maker/images.ts";
import { drawPage } from "../samples/maker/page.ts";
import { prepareRun } from "../support/prepared-run.ts";
import { residentMebibytes } from "../support/process-tree.ts";
import { endOf, startWorker } from "../support/program.ts";

const [documents = 2000, killEvery = 20] = process.argv.slice(2).map(Number);
const dotsPerInch = 200;
/** Drawing takes longer than reading, so pages come again. */
const differentPages = 40;
const titleOf = (index: number) => `Letter ${index % differentPages} of the mill`;

const folder = await mkdtemp(join(tmpdir(), "textmill-one-worker-"));
const [source, destination] = [join(folder, "documents"), join(folder, "texts")];
await mkdir(source);
const pages = Array.from({ length: differentPages }, (_, index) => {
  const lines = [titleOf(index), "was read aloud and entered", "in the book of this year."];
  return png(drawPage(lines, { paper: "a6", dotsPerInch, points: 10 }), dotsPerInch, 1);
});
for (let index = 0; index < documents; index++) {
  await writeFile(join(source, `${index}.png`), pages[index % differentPages] ?? "");
}
await prepareRun(source, destination, { runId: "one" });

const startedAt = performance.now();
const worker = startWorker({ destination, runId: "one", processes: 2 });
const samples: Map<string, number>[] = [];
let killed = 0;
/** The last ones of a run may be done before they are counted. */
const leastKilled = killEvery > 0 ? Math.floor((0.9 * documents) / killEvery) : 0;
const watch = setInterval(async () => {
  const memory = residentMebibytes(worker.pid ?? 0);
  samples.push(memory);
  const written = (await readdir(destination)).filter((name) => name.endsWith(".txt")).length;
  if (killEvery > 0 && written >= (killed + 1) * killEvery) killOne([...memory.keys()]);
}, 250);
const { exitCode, errors } = await endOf(worker);
clearInterval(watch);
const seconds = (performance.now() - startedAt) / 1000;

const lost = await documentsWithoutText();
console.log(
  `${documents} documents: exit ${exitCode}, ${seconds.toFixed(0)} s, ${killed} OCR processes killed`,
);
console.log("peak MiB in each quarter of the run");
for (const name of ["worker", "ocr-process"]) console.log(`${name.padEnd(12)} ${peaksOf(name).join("  ")}`);
console.log(`${lost.length} documents without their text ${lost.slice(0, 20).join(" ")}`);
if (exitCode !== 0 || lost.length > 0 || killed < leastKilled) {
  console.log(errors);
  process.exitCode = 1;
}
await rm(folder, { recursive: true });

/** Each in turn. */
function killOne(processes: string[]): void {
  const candidates = processes.filter((name) => name.startsWith("ocr-process"));
  const pid = Number(candidates[killed % candidates.length]?.split("#")[1]);
  if (!pid) return;
  process.kill(pid, "SIGKILL");
  killed++;
}

/** Of the largest process of that name. */
function peaksOf(name: string): string[] {
  return Array.from({ length: 4 }, (_, quarter) => {
    const part = samples.slice((samples.length * quarter) / 4, (samples.length * (quarter + 1)) / 4);
    const memory = part.flatMap((sample) => [...sample].filter(([process]) => process.startsWith(name)));
    return Math.max(...memory.map(([, mebibytes]) => mebibytes)).toFixed(0);
  });
}

async function documentsWithoutText(): Promise<number[]> {
  const without: number[] = [];
  for (let index = 0; index < documents; index++) {
    const text = await readFile(join(destination, `${index}.png.txt`), "utf8").catch(() => "");
    if (!text.startsWith(titleOf(index))) without.push(index);
  }
  return without;
}
