import type { Limits } from "../contract.ts";
import { markupReader, rolesOf, type Vocabulary } from "./markup.ts";
import type { OfficeText } from "./office.ts";
import { maxCharacters } from "./text-limit.ts";
import { readXml } from "./xml-part.ts";
import type { Zip } from "./zip.ts";

/** WordprocessingML (ECMA-376, part 1, chapter 17). */
const vocabulary: Vocabulary = {
  roles: rolesOf({
    // The properties of paragraphs have tab stops of the same name as tabs; a fallback repeats its choice.
    dropped: "w:pPr w:rPr w:tblPr w:sectPr mc:Fallback",
    line: "w:p",
    row: "w:tr",
    cell: "w:tc",
    break: "w:br w:cr",
    tab: "w:tab w:ptab",
    hyphen: "w:noBreakHyphen",
  }),
  // Transitional, which nearly every document is, and strict.
  prefixes: new Map([
    ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"],
    ["http://purl.oclc.org/ooxml/wordprocessingml/main", "w"],
  ]),
  // What was deleted while changes were tracked stands in elements of another name.
  textElements: new Set(["w:t", "m:t"]),
  collapsesSpace: false,
};

/** The order in which a reader would want them. Each kind may come as several files. */
const parts = ["header", "document", "footnotes", "endnotes", "footer", "comments"].map(
  (part) => new RegExp(`^word/${part}\\d*\\.xml$`),
);
const picture = /^word\/media\//;

/** The text with headers, footers, notes and comments, each once. Word numbers pictures in their order. */
export async function textOfDocx(zip: Zip, limits: Limits): Promise<OfficeText> {
  const texts: string[] = [];
  for (const part of parts) {
    for (const name of namesLike(zip, part)) {
      const reader = markupReader(vocabulary, maxCharacters(limits));
      await readXml(zip, name, reader);
      texts.push(reader.end());
    }
  }
  return {
    text: texts.filter((text) => text !== "").join("\n\n"),
    pictures: namesLike(zip, picture),
  };
}

const namesLike = (zip: Zip, pattern: RegExp) =>
  zip.names.filter((name) => pattern.test(name)).sort(inNumericOrder.compare);

const inNumericOrder = new Intl.Collator("en", { numeric: true });
