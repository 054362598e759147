import { access, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleFolder } from "./bundle.ts";

export type LanguageData = { outcome: "found"; path: string } | { outcome: "missing"; message: string };

/**
 * Where this machine has Tesseract's data of a language (e.g. "eng"): `TESSDATA_PREFIX`, then an
 * installed tesseract's folder, then what Textmill carries (English), then the language's npm package.
 * The path may end in .gz.
 */
export async function findLanguageData(language: string): Promise<LanguageData> {
  const folders = [
    process.env.TESSDATA_PREFIX,
    ...(await installedFolders()),
    join(bundleFolder, "tessdata"),
  ];
  const candidates = [
    ...folders
      .filter((folder) => folder !== undefined && folder !== "")
      .map((folder) => join(folder as string, `${language}.traineddata`)),
    ...npmPackageFiles(language),
  ];
  for (const path of candidates) {
    if (await exists(path)) return { outcome: "found", path };
  }
  return {
    outcome: "missing",
    message:
      `No Tesseract data for the language "${language}". Install it (Debian and Ubuntu: apt-get install tesseract-ocr-${language.replaceAll("_", "-")}; ` +
      `macOS: brew install tesseract-lang; anywhere: npm install @tesseract.js-data/${language}) ` +
      `or set TESSDATA_PREFIX to the folder of ${language}.traineddata.`,
  };
}

/** Where packages of tesseract put their data; Debian and Ubuntu have a folder for each version. */
async function installedFolders(): Promise<string[]> {
  const debian = "/usr/share/tesseract-ocr";
  const versions = await readdir(debian).catch(() => []);
  return [
    ...versions
      .sort()
      .reverse()
      .map((version) => join(debian, version, "tessdata")),
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
  ];
}

function npmPackageFiles(language: string): string[] {
  const lookups = [join(bundleFolder, "index.js"), join(process.cwd(), "index.js")];
  return lookups.flatMap((from) => {
    try {
      const packageFile = createRequire(from).resolve(`@tesseract.js-data/${language}/package.json`);
      return [join(packageFile, "..", "4.0.0_best_int", `${language}.traineddata.gz`)];
    } catch {
      // Not installed for this lookup, which is the usual case.
      return [];
    }
  });
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
