import { expect, test } from "vitest";
import { isNamedAsDocument, isNamedAsText } from "../../../worker/formats/names.ts";

test.each([
  ["a.pdf", true],
  ["a.JPEG", true],
  ["a.jp2", true],
  ["a.doc", true],
  ["a.docx", true],
  ["a.odt", true],
  ["a.rtf", true],
  ["a.htm", true],
  ["a.eml", true],
  ["a.txt", true],
  ["a.xlsx", false],
  ["a.md", false],
  ["pdf", false],
  ["a.pdf/b", false],
  ["a.pdf.sig", false],
])("the name %j promises a document: %s", (key, promises) => {
  expect(isNamedAsDocument(key)).toBe(promises);
});

test.each([
  ["a.txt", true],
  ["a.TEXT", true],
  ["a.md", false],
  ["txt", false],
])("the name %j promises plain text: %s", (key, promises) => {
  expect(isNamedAsText(key)).toBe(promises);
});
