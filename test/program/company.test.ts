import { expect, test } from "vitest";
import { outputFormats } from "../../worker/contract.ts";
import { readInCompany } from "../support/company.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { temporaryFolder } from "../support/folders.ts";
import { seededRandom } from "../support/random.ts";

test("outputs have the same bytes in any order, any chunks and with any number of processes", async () => {
  const source = await temporaryFolder();
  const documents = await goodDocuments(9);
  for (const { key, bytes } of documents) await putDocument(source, key, bytes);
  const first = await readInCompany(source, await temporaryFolder(), seededRandom(1));
  expect(first.size).toBe(documents.length * outputFormats.length);
  for (const seed of [2, 3]) {
    const again = await readInCompany(source, await temporaryFolder(), seededRandom(seed));
    expect([...again].sort(), `seed ${seed}`).toEqual([...first].sort());
  }
});
