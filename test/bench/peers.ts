/**
 * Textmill beside ocrmypdf (PDFs) and the tesseract command (page images): pages a vCPU-second, errors and
 * peak memory, over the same files, on one core, each writing text and a searchable PDF.
 * `npx tsx test/bench/peers.ts [--sets clean,gray] [--rounds 1] [--copies 4] [--outputs txt,pdf]
 * [--core 1] [--documents] [--folder pages]`
 *
 * Textmill reads a set in one run of the bundle (`--processes 1`), each document `copies` times or more, so that its
 * start-up, which is counted, does not weigh much more than in a chunk of 15 minutes; ocrmypdf and tesseract are
 * started for each file.
 */
import { parseArgs } from "node:util";
import { characterErrors, wordMatches } from "../support/accuracy.ts";
import { documentsOf, type MadeDocument, pagesFolder } from "./pages/make.ts";
import { readWithOcrmypdf, readWithTesseract, readWithTextmill, type SetReading } from "./tools.ts";

const { values: options } = parseArgs({
  options: {
    sets: { type: "string" },
    rounds: { type: "string", default: "1" },
    copies: { type: "string", default: "4" },
    outputs: { type: "string", default: "txt,pdf" },
    core: { type: "string", default: "1" },
    documents: { type: "boolean", default: false },
    folder: { type: "string", default: pagesFolder },
  },
});

const peers = {
  ocrmypdf: {
    sets: ["clean", "rotated", "gray", "colour", "short", "text", "hard", "real"],
    read: readWithOcrmypdf,
  },
  tesseract: { sets: ["images", "real-images"], read: readWithTesseract },
};

/** Of one tool over a set, or over all. */
interface Score {
  pages: number;
  cpuSeconds: number;
  peakBytes: number;
  errors: number;
  characters: number;
  found: number;
  words: number;
}

const core = Number(options.core);
/** Sets of few pages, and of pages that take little time, need more copies to make as long a run. */
const weights: Record<string, number> = { short: 4, text: 20, real: 2, images: 2, "real-images": 3 };
const readAsTextmill = (set: string, documents: MadeDocument[]) =>
  readWithTextmill(documents, {
    core,
    copies: Number(options.copies) * (weights[set] ?? 1),
    outputs: options.outputs,
  });

for (const [peer, { sets, read }] of Object.entries(peers)) {
  const wanted = sets.filter((set) => options.sets?.split(",").includes(set) ?? true);
  if (wanted.length === 0) continue;
  console.log(
    `\n| set | pages | Textmill | ${peer} | **ratio** | CER Textmill | CER ${peer} | word F1 Textmill | ` +
      `word F1 ${peer} | MiB Textmill | MiB ${peer} |\n|${"---|".repeat(11)}`,
  );
  const all = { textmill: nothing(), peer: nothing() };
  for (const set of wanted) {
    const documents = await documentsOf(set, options.folder);
    const scores = { textmill: nothing(), peer: nothing() };
    for (let round = 0; round < Number(options.rounds); round++) {
      const runs = [
        async () => note(scores.textmill, documents, await readAsTextmill(set, documents)),
        async () => note(scores.peer, documents, await read(documents, core)),
      ];
      for (const run of round % 2 === 0 ? runs : runs.reverse()) await run();
    }
    console.log(row(set, scores.textmill, scores.peer));
    add(all.textmill, scores.textmill);
    add(all.peer, scores.peer);
  }
  console.log(row("**all**", all.textmill, all.peer));
}

function nothing(): Score {
  return { pages: 0, cpuSeconds: 0, peakBytes: 0, errors: 0, characters: 0, found: 0, words: 0 };
}

function add(sum: Score, more: Score): void {
  for (const name of Object.keys(sum) as (keyof Score)[]) {
    sum[name] = name === "peakBytes" ? Math.max(sum[name], more[name]) : sum[name] + more[name];
  }
}

function note(score: Score, documents: MadeDocument[], { cpuSeconds, peakBytes, textOf }: SetReading): void {
  add(score, { ...nothing(), cpuSeconds, peakBytes });
  for (const document of documents) {
    const text = textOf(document);
    const errors = characterErrors(text, document.truth);
    const { found, read, true: known } = wordMatches(text, document.truth);
    add(score, { ...nothing(), ...errors, pages: document.pages, found, words: (read + known) / 2 });
    if (options.documents) {
      console.error(`${document.name} ${percent(errors.errors, errors.characters)}`);
    }
  }
}

function row(set: string, textmill: Score, peer: Score): string {
  const each = (show: (score: Score) => string) => [show(textmill), show(peer)];
  const rate = ({ pages, cpuSeconds }: Score) => pages / cpuSeconds;
  const cells = [
    set,
    String(textmill.pages / Number(options.rounds)),
    ...each((score) => rate(score).toFixed(rate(score) < 10 ? 2 : 0)),
    `**${(rate(textmill) / rate(peer)).toFixed(2)}**`,
    ...each(({ errors, characters }) => percent(errors, characters)),
    ...each(({ found, words }) => percent(found, words)),
    ...each(({ peakBytes }) => (peakBytes / 2 ** 20).toFixed(0)),
  ];
  return `| ${cells.join(" | ")} |`;
}

function percent(part: number, whole: number): string {
  return `${((part * 100) / whole).toFixed(2)}%`;
}
