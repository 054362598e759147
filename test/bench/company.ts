/**
 * Whether 50 documents, the samples among them, have outputs of the same bytes in random orders, chunks and numbers
 * of processes. `npx tsx test/bench/company.ts [orders]`
 */
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInCompany } from "../support/company.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { repository } from "../support/program.ts";
import { seededRandom } from "../support/random.ts";

const [orders = 5] = process.argv.slice(2).map(Number);
const documents = 50;

const folder = await mkdtemp(join(tmpdir(), "textmill-company-"));
const source = join(folder, "documents");
await cp(join(repository, "test/samples/documents"), source, { recursive: true });
const samples = (await readdir(source, { recursive: true, withFileTypes: true })).filter((entry) =>
  entry.isFile(),
).length;
for (const { key, bytes } of await goodDocuments(documents - samples)) await putDocument(source, key, bytes);

let first: Map<string, string> | undefined;
let differences = 0;
for (let seed = 1; seed <= orders; seed++) {
  const startedAt = performance.now();
  const hashes = await readInCompany(source, join(folder, `texts-${seed}`), seededRandom(seed));
  first ??= hashes;
  const different = [...new Set([...first.keys(), ...hashes.keys()])].filter(
    (key) => first?.get(key) !== hashes.get(key),
  );
  differences += different.length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`order ${seed}: ${hashes.size} outputs, ${different.length} other than before, ${seconds} s`);
  for (const key of different) console.log(`  ${key}`);
}
await rm(folder, { recursive: true });
console.log(`${documents} documents in ${orders} orders: ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;
