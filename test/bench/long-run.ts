/**
 * Memory of each process over a PDF of 300 pages and over 500 documents of a page, and how often progress is
 * shown. `npx tsx test/bench/long-run.ts [pages of the PDF] [documents]`
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blackAndWhite, png } from "../samples/maker/images.ts";
import { drawPage } from "../samples/maker/page.ts";
import { pdf } from "../samples/maker/pdf.ts";
import { residentMebibytes } from "../support/process-tree.ts";
import { productNode, repository, withoutRunner } from "../support/program.ts";

const [pdfPages = 300, documents = 500] = process.argv.slice(2).map(Number);
const dotsPerInch = 200;

const page = (number: number) =>
  drawPage(
    Array.from(
      { length: 12 },
      (_, line) => `Page ${number}, line ${line + 1}: the ledger of the mill was read aloud.`,
    ),
    { paper: "a5", dotsPerInch, points: 10 },
  );

const folder = mkdtempSync(join(tmpdir(), "textmill-long-run-"));
const images = Array.from({ length: pdfPages }, (_, index) => blackAndWhite(page(index + 1)));
const long = await pdf(
  images.map((image) => ({ kind: "group4" as const, image, dotsPerInch })),
  "long",
);
const one = join(folder, "one");
const many = join(folder, "many");
for (const name of [one, many]) mkdirSync(name);
writeFileSync(join(one, "long.pdf"), long);
for (let index = 0; index < documents; index++)
  writeFileSync(join(many, `${index}.png`), png(page(index), dotsPerInch, 1));

await measure(`a PDF of ${pdfPages} pages`, one);
await measure(`${documents} documents of a page`, many);
rmSync(folder, { recursive: true });

async function measure(name: string, source: string): Promise<void> {
  const started = performance.now();
  const child = spawn(
    productNode,
    [join(repository, "dist/main.mjs"), "--source", source, "--destination", `${source}-texts`],
    {
      env: withoutRunner(process.env),
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let lastLine = performance.now();
  let longestSilenceSeconds = 0;
  child.stdout.on("data", () => {
    longestSilenceSeconds = Math.max(longestSilenceSeconds, (performance.now() - lastLine) / 1000);
    lastLine = performance.now();
  });
  const peaks: Map<string, number>[] = [];
  const timer = setInterval(() => peaks.push(residentMebibytes(child.pid ?? 0)), 2000);
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `\n${name}: exit ${exitCode}, ${seconds.toFixed(0)} s, longest silence ${longestSilenceSeconds.toFixed(1)} s`,
  );
  console.log("MiB of each process, in quarters of the run (peak of each)");
  for (let quarter = 0; quarter < 4; quarter++) {
    const samples = peaks.slice((peaks.length * quarter) / 4, (peaks.length * (quarter + 1)) / 4);
    const highest = new Map<string, number>();
    for (const sample of samples) {
      for (const [process, mebibytes] of sample)
        highest.set(process, Math.max(mebibytes, highest.get(process) ?? 0));
    }
    console.log([...highest].map(([process, mebibytes]) => `${process} ${mebibytes.toFixed(0)}`).join("  "));
  }
}
