/**
 * Character error rates on the samples, beside the `tesseract` command where it is installed and reads the
 * format. `npx tsx test/bench/accuracy.ts`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { characterErrors } from "../support/accuracy.ts";
import { repository, runProgram } from "../support/program.ts";

const documents = join(repository, "test/samples/documents");
const truth = join(repository, "test/samples/truth");

const texts = mkdtempSync(join(tmpdir(), "textmill-accuracy-"));
const end = await runProgram(["--source", documents, "--destination", texts]);
if (end.exitCode !== 0) throw new Error(`Textmill failed: ${end.output}${end.errors}`);

const keys = readdirSync(documents, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(documents.length + 1))
  .sort();
const sums = { textmill: { errors: 0, characters: 0 }, tesseract: { errors: 0, characters: 0 } };

console.log(`| document | Textmill | ${tesseractVersion()} |\n|---|---|---|`);
for (const key of keys) {
  const expected = readFileSync(join(truth, `${key}.txt`), "utf8");
  const own = characterErrors(readFileSync(join(texts, `${key}.txt`), "utf8"), expected);
  const peerText = recogniseWithTesseract(join(documents, key));
  const peer = peerText === undefined ? undefined : characterErrors(peerText, expected);
  console.log(`| ${key} | ${rateOf(own)} | ${peer ? rateOf(peer) : "–"} |`);
  add(sums.textmill, own);
  if (peer) add(sums.tesseract, peer);
}
console.log(`| **all** | ${rateOf(sums.textmill)} | ${rateOf(sums.tesseract)} (of those it reads) |`);
rmSync(texts, { recursive: true });

type Errors = ReturnType<typeof characterErrors>;

function add(sum: Errors, more: Errors): void {
  sum.errors += more.errors;
  sum.characters += more.characters;
}

function rateOf({ errors, characters }: Errors): string {
  return characters === 0 ? "–" : `${((errors * 100) / characters).toFixed(2)}%`;
}

function tesseractVersion(): string {
  try {
    return (
      execFileSync("tesseract", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).split(
        "\n",
      )[0] ?? ""
    );
  } catch {
    return "tesseract (not installed)";
  }
}

function recogniseWithTesseract(path: string): string | undefined {
  try {
    return execFileSync("tesseract", [path, "-", "--psm", "3"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    // Not installed, or a format (PDF) that it does not read.
    return undefined;
  }
}
