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

type Renderer = (document: OutputDocument, pages: PageReadings) => AsyncGenerator<string>;

const renderers: Record<OutputFormat, Renderer> = {
  txt: (_, pages) => txtOf(pages),
  json: jsonOf,
  hocr: hocrOf,
};

/** Makes the outputs of a document in its folder from what was read of its pages; `onPage` hears of each page of each. */
export async function writeOutputs(
  job: WriteOutputs,
  onPage: () => void,
): Promise<{ outcome: "written" } | Refusal> {
  const { folder, pages, pagesFailed } = job;
  for (const output of job.outputs) {
    const readings = heard(keptPages(folder, pages, pagesFailed), onPage);
    const pieces = renderers[output](job, readings);
    await pipeline(Readable.from(pieces), createWriteStream(outputPath(folder, output)));
  }
  return { outcome: "written" };
}

async function* heard(readings: AsyncIterable<PageReading>, onPage: () => void): AsyncGenerator<PageReading> {
  for await (const reading of readings) {
    yield reading;
    onPage();
  }
}
