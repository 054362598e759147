/**
 * The thread in which tesseract.js recognises. Its own one chooses among six builds of Tesseract and can
 * download language data; this one has a single build, since relaxed SIMD rounds differently on
 * different processors and Node versions, and reads data from this machine only.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parentPort } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import script from "tesseract.js/src/worker-script/index.js";
import type { Core, CoreOptions } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import { findLanguageData } from "./languages.ts";
import { loadTesseractCore } from "./tesseract-core.ts";
import { readLines } from "./tesseract-lines.ts";

/** tesseract.js asks Tesseract for the text of a page and hands it on; here that text is the lines as JSON. */
async function loadCoreForWords(options: CoreOptions): Promise<Core> {
  const tesseract = await loadTesseractCore(options);
  tesseract.core.TessBaseAPI.prototype.GetUTF8Text = function () {
    return JSON.stringify(readLines(tesseract, this));
  };
  return tesseract.core;
}

script.setAdapter({
  getCore: async () => loadCoreForWords,
  // tesseract.js asks for `<folder>/<language>.traineddata`.
  async readCache(path) {
    const language = basename(path, ".traineddata");
    const found = await findLanguageData(language);
    if (found.outcome === "missing") throw new Error(found.message);
    return readFile(found.path);
  },
  gunzip: gunzipSync,
});

parentPort?.on("message", (packet) => {
  script.dispatchHandlers(packet, (answer) => parentPort?.postMessage(answer));
});
