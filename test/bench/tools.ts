/** The programs that the benchmarks compare, each used as its users do, writing text and a searchable PDF. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { productNode, repository } from "../support/program.ts";
import { runMeasured, type Usage } from "./measured.ts";
import type { MadeDocument } from "./pages/make.ts";

/** What it took to read a set, and what was read. */
export interface SetReading {
  cpuSeconds: number;
  peakBytes: number;
  textOf(document: MadeDocument): string;
}

export function readWithTextmill(
  documents: MadeDocument[],
  { core, copies, outputs }: { core: number; copies: number; outputs: string },
): Promise<SetReading & Pick<Usage, "cpuSecondsOf">> {
  return inFolder(async (folder) => {
    const source = join(folder, "source");
    for (let copy = 0; copy < copies; copy++) {
      mkdirSync(join(source, String(copy)), { recursive: true });
      for (const { name, path } of documents) copyFileSync(path, join(source, String(copy), name));
    }
    const destination = join(folder, "destination");
    const program = [productNode, join(repository, "dist/main.mjs"), "--processes", "1"];
    const { cpuSeconds, peakBytes, cpuSecondsOf } = await runMeasured(
      [...program, "--source", source, "--destination", destination, "--outputs", outputs],
      [core],
    );
    const texts = textsOf(documents, ({ name }) =>
      readFileSync(join(destination, "0", `${name}.txt`), "utf8"),
    );
    return { cpuSeconds: cpuSeconds / copies, peakBytes, cpuSecondsOf, textOf: texts };
  });
}

export const readWithOcrmypdf = (documents: MadeDocument[], core: number) =>
  oneByOne(documents, core, {
    command: (input, output) => [
      "ocrmypdf",
      "--quiet",
      ...["--rotate-pages", "--skip-text", "--deskew"],
      ...["--tesseract-timeout", "120", "--jobs", "1"],
      ...["--sidecar", `${output}.txt`, input, `${output}.pdf`],
    ],
    text(output) {
      const text = readFileSync(`${output}.txt`, "utf8");
      // It leaves what it did not recognise to the PDF that it writes.
      return text.includes("[OCR skipped on page")
        ? execFileSync("pdftotext", [`${output}.pdf`, "-"], { encoding: "utf8" })
        : text;
    },
  });

export const readWithTesseract = (documents: MadeDocument[], core: number) =>
  oneByOne(documents, core, {
    command: (input, output) => ["tesseract", input, output, "txt", "pdf"],
    text: (output) => readFileSync(`${output}.txt`, "utf8"),
  });

interface Tool {
  command(input: string, output: string): string[];
  text(output: string): string;
}

/** Starts the tool anew for each document. */
function oneByOne(documents: MadeDocument[], core: number, { command, text }: Tool): Promise<SetReading> {
  return inFolder(async (folder) => {
    const used = { cpuSeconds: 0, peakBytes: 0 };
    for (const { name, path } of documents) {
      const usage = await runMeasured(command(path, join(folder, name)), [core]);
      used.cpuSeconds += usage.cpuSeconds;
      used.peakBytes = Math.max(used.peakBytes, usage.peakBytes);
    }
    return { ...used, textOf: textsOf(documents, ({ name }) => text(join(folder, name))) };
  });
}

/** Read at once, since the folder goes away. */
function textsOf(documents: MadeDocument[], text: (document: MadeDocument) => string): SetReading["textOf"] {
  const texts = new Map(documents.map((document) => [document, text(document)]));
  return (document) => texts.get(document) ?? "";
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "textmill-peers-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
