import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findLanguageData } from "../../worker/languages.ts";
import { cyrillicPage } from "../support/cyrillic.ts";
import { type FoundPage, pagesOfPdf } from "../support/pdf-words.ts";
import { repository, runProgram } from "../support/program.ts";

const samples = join(repository, "test/samples/documents");
const isInstalled = (command: string) => spawnSync(command, ["--version"]).error === undefined;
const hasRussian = (await findLanguageData("rus")).outcome === "found";

/** What a reader of the JSON relies on. */
interface JsonPage {
  outcome: "recognised" | "text" | "failed";
  text: string;
  width: number;
  height: number;
  lines: { words: JsonWord[] }[];
}

interface JsonWord {
  text: string;
  box: [left: number, top: number, right: number, bottom: number];
}

interface Outputs {
  key: string;
  source: Buffer;
  txt: string;
  hocr: string;
  pages: JsonPage[];
  pdf: Buffer;
  path: string;
}

let folder: string;
let documents: Outputs[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textmill-test-"));
  documents = await read(samples, "eng", "samples", "--processes", "1");
  if (!hasRussian) return;
  const source = join(folder, "russian");
  await mkdir(source);
  await writeFile(join(source, "page.png"), cyrillicPage());
  documents.push(...(await read(source, "rus", "russian-texts")));
}, 400_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(source: string, languages: string, name: string, ...more: string[]): Promise<Outputs[]> {
  const destination = join(folder, name);
  const args = ["--source", source, "--destination", destination, "--languages", languages];
  const end = await runProgram([...args, "--outputs", "txt,json,hocr,pdf", ...more]);
  expect(end).toMatchObject({ exitCode: 0 });
  const outputs = await readdir(destination, { recursive: true });
  const keys = outputs
    .filter((name) => name.endsWith(".json") && !name.startsWith(".textmill"))
    .map((name) => name.slice(0, -".json".length));
  return Promise.all(
    keys.map(async (key) => {
      const output = (format: string) => readFile(join(destination, `${key}.${format}`));
      return {
        key,
        source: await readFile(join(source, key)),
        txt: (await output("txt")).toString(),
        hocr: (await output("hocr")).toString(),
        pages: JSON.parse((await output("json")).toString()).pages,
        pdf: await output("pdf"),
        path: join(destination, `${key}.pdf`),
      };
    }),
  );
}

const folded = (text: string) => text.replace(/\s+/g, " ").trim();
const wordsOf = ({ lines }: JsonPage) => lines.flatMap(({ words }) => words);

type Found = { text: string; middle: [x: number, y: number] };

/** The share of the words that were found with their middle within their box. */
function shareFound(words: JsonWord[], found: Found[]): number {
  const hits = words.filter(({ text, box: [left, top, right, bottom] }) =>
    found.some(
      ({ text: other, middle: [x, y] }) =>
        other === text && x >= left && x <= right && y >= top && y <= bottom,
    ),
  );
  return hits.length / words.length;
}

const middleOf = ({ box }: FoundPage["words"][number]): [number, number] => [
  (box.left + box.right) / 2,
  (box.top + box.bottom) / 2,
];

describe("Every sample as a PDF", () => {
  test("has its words where they stand, and real text whole", async () => {
    expect(documents.length).toBeGreaterThan(20);
    for (const { key, pages, pdf, txt } of documents) {
      const recognised = pages.filter(({ outcome }) => outcome === "recognised");
      if (recognised.length === 0) {
        const found = await pagesOfPdf(pdf, { width: 100, height: 140 });
        expect(folded(found.map(({ text }) => text).join(" ")), key).toBe(folded(txt));
      }
      for (const page of recognised) {
        const found = (await pagesOfPdf(pdf, page))[pages.indexOf(page)];
        const words = (found?.words ?? []).map((word) => ({ text: word.text, middle: middleOf(word) }));
        expect(shareFound(wordsOf(page), words), key).toBeGreaterThanOrEqual(0.98);
      }
    }
  });

  test("that was one before is what it was, byte for byte and to the eye, with the text behind it", async () => {
    const pdfs = documents.filter(({ key }) => key.endsWith(".pdf"));
    expect(pdfs.length).toBeGreaterThanOrEqual(3);
    for (const { key, source, pdf } of pdfs) {
      expect(pdf.subarray(0, source.length).equals(source), key).toBe(true);
      const [before, after] = [source, pdf].map((bytes) => pagesOfPdf(bytes, { width: 595, height: 842 }));
      const pixels = async (pages: typeof before) =>
        (await pages)?.map((page) => Buffer.from(page.pixels).toString("base64"));
      expect(await pixels(after), key).toEqual(await pixels(before));
    }
  });

  test("has the same words as its hOCR", () => {
    for (const { key, hocr, pages } of documents) {
      const words = pages.filter(({ outcome }) => outcome === "recognised").flatMap(wordsOf);
      expect(hocr.match(/class="ocrx_word"/g)?.length ?? 0, key).toBe(words.length);
    }
  });

  test("has the same bytes whatever the number of processes", async () => {
    const include = ["--include", "*.{tif,docx,pdf},letters/**"];
    const again = await read(samples, "eng", "three", ...include, "--processes", "3");
    expect(again.length).toBeGreaterThan(6);
    for (const { key, pdf, hocr } of again) {
      const other = documents.find((document) => document.key === key);
      expect(other?.pdf.equals(pdf), key).toBe(true);
      expect(other?.hocr === hocr, key).toBe(true);
    }
  });
});

describe.skipIf(!isInstalled("qpdf"))("qpdf", () => {
  test("finds no fault in any of the PDFs", () => {
    for (const { key, path } of documents) {
      const check = spawnSync("qpdf", ["--check", path], { encoding: "utf8" });
      expect([check.status, check.stdout + check.stderr], key).toEqual([
        0,
        expect.not.stringMatching(/WARNING/),
      ]);
    }
  });
});

describe.skipIf(!isInstalled("pdftotext"))("poppler", () => {
  test("finds at least 98% of the words within their boxes", () => {
    for (const { key, pages, path } of documents) {
      const found = popplerPages(path);
      pages.forEach((page, index) => {
        if (page.outcome !== "recognised") return;
        const { width, height, words } = found[index] ?? { width: 1, height: 1, words: [] };
        const scaled = words.map(
          ({ text, middle: [x, y] }): Found => ({
            text,
            middle: [(x * page.width) / width, (y * page.height) / height],
          }),
        );
        expect(shareFound(wordsOf(page), scaled), key).toBeGreaterThanOrEqual(0.98);
      });
    }
  });

  test("gives the text in the order in which it reads", () => {
    for (const { key, txt, path } of documents) {
      const text = execFileSync("pdftotext", [path, "-"], { encoding: "utf8" });
      expect(folded(text), key).toBe(folded(txt));
    }
  });
});

describe.skipIf(!hasRussian)("Russian", () => {
  test("is among them", () => {
    expect(documents.find(({ key }) => key === "page.png")?.txt).toContain("Первые утки");
  });
});

function popplerPages(path: string): { width: number; height: number; words: Found[] }[] {
  const xml = execFileSync("pdftotext", ["-bbox", path, "-"], { encoding: "utf8" });
  return xml
    .split("<page ")
    .slice(1)
    .map((page) => {
      const [width = 1, height = 1] = [...page.matchAll(/(?:width|height)="([\d.]+)"/g)].map(([, side]) =>
        Number(side),
      );
      const words = [
        ...page.matchAll(/<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)<\/word>/g),
      ];
      return {
        width,
        height,
        words: words.map(
          ([, left, top, right, bottom, text = ""]): Found => ({
            text: unescaped(text),
            middle: [(Number(left) + Number(right)) / 2, (Number(top) + Number(bottom)) / 2],
          }),
        ),
      };
    });
}

const unescaped = (xml: string) =>
  xml.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
