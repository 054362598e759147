import { join } from "node:path";

const here = import.meta.dirname;

/**
 * The folder of the committed bundles and of the binary files beside them (WASM, language data).
 * Bundled code lies in it; code that runs from source (tests, `tsx`) lies one folder beside it.
 */
export const bundleFolder = import.meta.filename.endsWith(".ts") ? join(here, "..", "dist") : here;
