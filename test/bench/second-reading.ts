/**
 * When a page is cleaned and read again, whether that was right, and what it costs: a hit is a second reading that is
 * better, a false alarm one that is not, a miss a page of many errors that was read once.
 * `npx tsx test/bench/second-reading.ts [set …]`
 */
import { readFile } from "node:fs/promises";
import { openDocument } from "../../worker/formats/open.ts";
import { startRecogniser } from "../../worker/ocr.ts";
import { recognisePage } from "../../worker/recognition/recognise-page.ts";
import { characterErrors } from "../support/accuracy.ts";
import { limits } from "../support/opened.ts";
import { documentsOf, pagesFolder } from "./pages/make.ts";

/** Of characters: as many errors a second reading might have mended. */
const manyErrors = 0.05;

const wanted = process.argv.slice(2);
const sets = wanted.length > 0 ? wanted : ["clean", "rotated", "gray", "colour", "short", "hard"];
const recogniser = await startRecogniser(["eng"]);
const counts = { pages: 0, hits: 0, falseAlarms: 0, misses: 0 };
const milliseconds = { all: 0, secondReadings: 0 };

console.log("| page | second reading | CER | CPU ms, of them the second reading |\n|---|---|---|---|");
for (const set of sets) {
  for (const { name, path, truth } of await documentsOf(set, pagesFolder)) {
    const opening = await openDocument(await readFile(path), { limits, pdfPages: "auto" });
    if (opening.outcome === "refused") throw new Error(`${path}: ${opening.message}`);
    const content = await opening.document.page(0);
    opening.document.close();
    if (content.outcome !== "image") continue;
    await note(`${set}/${name}`, content.image, truth);
  }
}
await recogniser.close();
console.log(
  `\n${counts.pages} pages: ${counts.hits} hits, ${counts.falseAlarms} false alarms, ${counts.misses} misses; ` +
    `second readings are ${((milliseconds.secondReadings * 100) / milliseconds.all).toFixed(1)}% of the CPU time of recognition`,
);

async function note(page: string, image: Parameters<typeof recognisePage>[1], truth: string): Promise<void> {
  const readings: number[] = [];
  const timed: typeof recogniser = {
    ...recogniser,
    async read(one) {
      const before = cpuMilliseconds();
      const reading = await recogniser.read(one);
      readings.push(cpuMilliseconds() - before);
      return reading;
    },
  };
  const before = cpuMilliseconds();
  const { text, secondReading } = await recognisePage(timed, image);
  const all = cpuMilliseconds() - before;
  const second = secondReading === "none" ? 0 : (readings.at(-1) ?? 0);
  const { errors, characters } = characterErrors(text, truth);
  counts.pages++;
  if (secondReading === "kept") counts.hits++;
  if (secondReading === "dropped") counts.falseAlarms++;
  if (secondReading === "none" && errors > characters * manyErrors) counts.misses++;
  milliseconds.all += all;
  milliseconds.secondReadings += second;
  const rate = ((errors * 100) / characters).toFixed(2);
  console.log(`| ${page} | ${secondReading} | ${rate}% | ${all.toFixed(0)}, ${second.toFixed(0)} |`);
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
