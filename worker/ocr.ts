import { join } from "node:path";
import { createWorker, OEM, PSM } from "tesseract.js";
import { bundleFolder } from "./bundle.ts";
import type { GreyImage } from "./formats/page.ts";
import { readLoneBars } from "./recognition/lone-bars.ts";
import type { TextLine } from "./words.ts";

export interface Reading {
  /** Boxes are in pixels of the image. */
  lines: TextLine[];
  /** Tesseract's mean over the words, 0 to 100. */
  confidence: number;
}

export interface Recogniser {
  /** The reading of an image depends on the image alone: nothing is learnt from those before it. */
  read(image: GreyImage): Promise<Reading>;
  close(): Promise<void>;
}

/** Loads Tesseract with the languages' data from this machine; nothing is fetched. */
export async function startRecogniser(languages: string[]): Promise<Recogniser> {
  const worker = await startTesseract(languages);
  return {
    async read(image) {
      // 0 lets Tesseract estimate: a wrong resolution loses lines.
      await worker.setParameters({ user_defined_dpi: String(image.dotsPerInch ?? 0) });
      const { data } = await worker.recognize(uncompressedTiff(image));
      // See tesseract-thread.ts.
      const lines = JSON.parse(data.text) as TextLine[];
      return {
        lines: languages.includes("eng") ? readLoneBars(lines) : lines,
        confidence: data.confidence,
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}

/** tesseract.js leaves its promise pending when the data does not suit: only the error handler hears of it. */
function startTesseract(languages: string[]): Promise<Tesseract.Worker> {
  return new Promise((resolve, reject) => {
    createWorker(languages, OEM.LSTM_ONLY, {
      workerPath: join(bundleFolder, "tesseract-thread.cjs"),
      // Any folder's path keeps tesseract.js from its default, a download; the thread knows where to look.
      langPath: bundleFolder,
      cacheMethod: "none",
      gzip: false,
      errorHandler: (message: unknown) =>
        reject(new Error(`Tesseract did not start with the languages ${languages.join("+")}: ${message}`)),
    })
      .then(async (worker) => {
        // tesseract.js's default is to take the page for one block of text.
        await worker.setParameters({ tessedit_pageseg_mode: PSM.AUTO });
        resolve(worker);
      })
      .catch(reject);
  });
}

/** The format that costs Tesseract least to read. TIFF 6.0: header, pixels, one directory. */
function uncompressedTiff({ width, height, pixels }: GreyImage): Buffer {
  const pixelsAt = 8;
  const directoryAt = pixelsAt + pixels.length + (pixels.length % 2);
  const fields: [tag: number, value: number][] = [
    [256, width],
    [257, height],
    [258, 8], // bits a sample
    [259, 1], // not compressed
    [262, 1], // 0 is black
    [273, pixelsAt], // where the only strip is
    [277, 1], // samples a pixel
    [278, height], // rows a strip
    [279, pixels.length], // bytes of the strip
  ];
  const file = new Uint8Array(directoryAt + 2 + fields.length * 12 + 4);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directoryAt, true);
  file.set(pixels, pixelsAt);
  view.setUint16(directoryAt, fields.length, true);
  fields.forEach(([tag, value], index) => {
    const at = directoryAt + 2 + index * 12;
    const unsignedLong = 4;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, unsignedLong, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  });
  return Buffer.from(file.buffer);
}
