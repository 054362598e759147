import { readFile } from "node:fs/promises";
import { join } from "node:path";
import loadCore, { type Core, type CoreOptions } from "tesseract.js-core/tesseract-core-simd-lstm.js";
import { bundleFolder } from "./bundle.ts";

export interface TesseractCore {
  core: Core;
  memory: WebAssembly.Memory;
}

/** Tesseract and Leptonica as WASM. Each call makes an instance with a memory of its own. */
export async function loadTesseractCore(options: CoreOptions): Promise<TesseractCore> {
  const wasmBinary = await readFile(join(bundleFolder, "tesseract-core-simd-lstm.wasm"));
  let memory: WebAssembly.Memory | undefined;
  const core = await loadCore({
    ...options,
    // The core keeps its memory to itself; whoever instantiates it can look.
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(wasmBinary, imports).then(({ instance }) => {
        memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
        receive(instance);
      });
      return {};
    },
  });
  if (memory === undefined) throw new Error("Tesseract's WASM exports no memory.");
  return { core, memory };
}
