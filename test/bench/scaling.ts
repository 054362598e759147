/**
 * How much faster two cores are than one: a PDF of 100 pages alone, and 100 documents of a page.
 * `npx tsx test/bench/scaling.ts [--pages 100] [--outputs txt,pdf] [--rounds 1]`
 *
 * Wall time, so the machine must have nothing else to do; `--processes 1` runs on one core, `2` on both.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pdf } from "../samples/maker/pdf.ts";
import { productNode, repository } from "../support/program.ts";
import { runMeasured } from "./measured.ts";
import { denseSheet, fax } from "./pages/scans.ts";

const { values: options } = parseArgs({
  options: {
    pages: { type: "string", default: "100" },
    outputs: { type: "string", default: "txt,pdf" },
    rounds: { type: "string", default: "1" },
  },
});
const pages = Number(options.pages);

const folder = mkdtempSync(join(tmpdir(), "textmill-scaling-"));
const one = join(folder, "one");
const many = join(folder, "many");
for (const source of [one, many]) mkdirSync(source);
const scans = [700, 701, 702, 703].map((seed) =>
  fax(denseSheet(seed, { typeface: "serif", points: 12 }), seed),
);
const all = Array.from({ length: Math.ceil(pages / scans.length) }, () => scans)
  .flat()
  .slice(0, pages);
writeFileSync(join(one, "long.pdf"), await pdf(all, "long"));
for (const [index, scan] of scans.entries()) {
  writeFileSync(join(folder, `${index}.pdf`), await pdf([scan], `page ${index}`));
}
for (let index = 0; index < pages; index++) {
  copyFileSync(join(folder, `${index % scans.length}.pdf`), join(many, `${index}.pdf`));
}

console.log("| | 1 process, s | 2 processes, s | ratio |\n|---|---|---|---|");
await compare(`a PDF of ${pages} pages`, one);
await compare(`${pages} documents of a page`, many);
rmSync(folder, { recursive: true });

async function compare(name: string, source: string): Promise<void> {
  let single = 0;
  let double = 0;
  for (let round = 0; round < Number(options.rounds); round++) {
    single += await wallSeconds(source, [0]);
    double += await wallSeconds(source, [0, 1]);
  }
  console.log(`| ${name} | ${single.toFixed(1)} | ${double.toFixed(1)} | ${(single / double).toFixed(2)} |`);
}

async function wallSeconds(source: string, cores: number[]): Promise<number> {
  const destination = mkdtempSync(join(folder, "texts-"));
  const program = [productNode, join(repository, "dist/main.mjs"), "--processes", String(cores.length)];
  const { wallSeconds } = await runMeasured(
    [...program, "--source", source, "--destination", destination, "--outputs", options.outputs],
    cores,
  );
  return wallSeconds;
}
