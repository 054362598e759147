/**
 * Makes dist/: bundles that run without node_modules (`uses:` from another repository has none), the
 * WASM beside them and the licences of all that went in. dist/tessdata/ is not made here: CONTRIBUTING.md.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { fontFileName, fontParts } from "./worker/outputs/pdf/text-fonts.ts";

const root = import.meta.dirname;
const resolve = createRequire(import.meta.url).resolve;

const common = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20.11",
  minify: true,
  keepNames: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // tesseract.js asks for it only where Node has no fetch of its own, which is nowhere.
  external: ["node-fetch"],
} satisfies BuildOptions;

/** What code written for CommonJS expects to find around it. */
const commonJsSurroundings =
  'import{createRequire as __createRequire}from"node:module";' +
  "const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;";

/** A bundle of its own, which the others load when they come to need it: its library is large and seldom wanted. */
const originalPdf: Plugin = {
  name: "original-pdf",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/original-pdf\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./original-pdf.mjs", external: true } : undefined,
    ),
};

const programs = await build({
  ...common,
  entryPoints: {
    main: "action/start.ts",
    worker: "worker/main.ts",
    "ocr-process": "worker/ocr-process.ts",
    "original-pdf": "worker/outputs/pdf/original-pdf.ts",
    "infra-scripts": "infra-scripts/start.ts",
  },
  format: "esm",
  outExtension: { ".js": ".mjs" },
  banner: { js: commonJsSurroundings },
  plugins: [originalPdf],
});

// Emscripten's code for Node is CommonJS.
const thread = await build({
  ...common,
  entryPoints: { "tesseract-thread": "worker/tesseract-thread.ts" },
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
});

await copyFile(
  resolve("tesseract.js-core/tesseract-core-simd-lstm.wasm"),
  join(root, "dist/tesseract-core-simd-lstm.wasm"),
);
await copyFile(resolve("@embedpdf/pdfium/pdfium.wasm"), join(root, "dist/pdfium.wasm"));
await mkdir(join(root, "dist/fonts"), { recursive: true });
for (const part of fontParts) {
  await copyFile(
    resolve(`@fontsource/source-sans-3/files/${fontFileName(part)}`),
    join(root, "dist/fonts", fontFileName(part)),
  );
}
const inputs = [...Object.keys(programs.metafile.inputs), ...Object.keys(thread.metafile.inputs)];
await writeFile(
  join(root, "dist/LICENSES.txt"),
  await licences(packageFolders([...inputs, "node_modules/@fontsource/source-sans-3"])),
);

function packageFolders(inputs: string[]): string[] {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

async function licences(folders: string[]): Promise<string> {
  const sections = await Promise.all(folders.map(licenceOf));
  const staticallyLinked = await readFile(join(root, "worker/statically-linked.txt"), "utf8");
  return [...sections, staticallyLinked].join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
  const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file
    ? await readFile(join(root, folder, file), "utf8")
    : "The package carries no licence text.";
  return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
}
