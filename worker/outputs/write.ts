import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { OutputFormat } from "../contract.ts";
import { keptPages, outputPath } from "../document-files.ts";
import type { Refusal } from "../formats/page.ts";
import type { PageReading, WriteOutputs } from "../ocr-messages.ts";
import { hocrOf } from "./hocr.ts";
import { jsonOf } from "./json.ts";
import type { OutputDocument, PageReadings } from "./source.ts";
import { txtOf } from "./txt.ts";

export type Writing = { outcome: "written" } | Refusal;

type Renderer = (document: OutputDocument, pages: PageReadings) => AsyncGenerator<string>;

const renderers: Record<Exclude<OutputFormat, "pdf">, Renderer> = {
  txt: (_, pages) => txtOf(pages),
  json: jsonOf,
  hocr: hocrOf,
};

/** Makes the outputs of a document in its folder from what was read of its pages; `onPage` hears of each page of each. */
export async function writeOutputs(job: WriteOutputs, onPage: () => void): Promise<Writing> {
  const readings = () => heard(keptPages(job.folder, job.pages, job.pagesFailed), onPage);
  for (const output of job.outputs) {
    const writing = await writeOutput(output, job, readings);
    if (writing.outcome === "refused") return writing;
  }
  return { outcome: "written" };
}

async function writeOutput(
  output: OutputFormat,
  job: WriteOutputs,
  readings: () => PageReadings,
): Promise<Writing> {
  const path = outputPath(job.folder, output);
  // Its library is loaded by runs that want PDFs only.
  if (output === "pdf") return (await import("./pdf/pdf.ts")).writePdf(job, readings, path);
  await pipeline(Readable.from(renderers[output](job, readings())), createWriteStream(path));
  return { outcome: "written" };
}

async function* heard(readings: AsyncIterable<PageReading>, onPage: () => void): AsyncGenerator<PageReading> {
  for await (const reading of readings) {
    yield reading;
    onPage();
  }
}
