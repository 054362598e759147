/**
 * The thread in which tesseract.js recognises. Its own one chooses among six builds of Tesseract and can
 * download language data; this one has a single build, since relaxed SIMD rounds differently on
 * different processors and Node versions, and reads data from this machine only.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parentPort } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import script from "tesseract.js/src/worker-script/index.js";
import loadCore, { type CoreOptions } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import { bundleFolder } from "./bundle.ts";
import { findLanguageData } from "./languages.ts";

script.setAdapter({
  async getCore() {
    const wasmBinary = await readFile(join(bundleFolder, "tesseract-core-simd-lstm.wasm"));
    return (options: CoreOptions) => loadCore({ ...options, wasmBinary });
  },
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
