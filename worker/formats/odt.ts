import type { Limits } from "../contract.ts";
import { markupReader, rolesOf, type Vocabulary } from "./markup.ts";
import type { OfficeText } from "./office.ts";
import { maxCharacters } from "./text-limit.ts";
import { readXml } from "./xml-part.ts";
import { readWhole, type Zip } from "./zip.ts";

/** OpenDocument 1.3, part 3, chapters 5 to 9. */
const vocabulary: Vocabulary = {
  roles: rolesOf({
    dropped:
      "text:tracked-changes office:binary-data office:event-listeners text:note-citation svg:title svg:desc",
    line: "text:p text:h",
    row: "table:table-row",
    cell: "table:table-cell",
    break: "text:line-break",
    tab: "text:tab",
    space: "text:s",
    note: "text:note office:annotation",
  }),
  prefixes: new Map(
    ["office", "text", "table"].map((name) => [`urn:oasis:names:tc:opendocument:xmlns:${name}:1.0`, name]),
  ),
  textElements: new Set(["text:p", "text:h"]),
  collapsesSpace: true,
};

/** The text, headers and footers first, notes and comments last. */
export async function textOfOdt(zip: Zip, limits: Limits): Promise<OfficeText> {
  const texts: string[] = [];
  for (const name of ["styles.xml", "content.xml"]) {
    const reader = markupReader(vocabulary, maxCharacters(limits));
    await readXml(zip, name, reader);
    texts.push(reader.end());
  }
  return { text: texts.filter((text) => text !== "").join("\n\n"), pictures: await picturesOf(zip) };
}

/** Their names are hashes; the text names them where they stand. */
async function picturesOf(zip: Zip): Promise<string[]> {
  const names = zip.names.filter((name) => name.startsWith("Pictures/"));
  if (names.length === 0) return [];
  const content = await readWhole(zip, "content.xml");
  const placed = names.map((name) => ({ name, at: content.indexOf(name) }));
  return placed
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}
