import { describe, expect, test } from "vitest";
import { png } from "../../samples/maker/images.ts";
import { docx, odt } from "../../samples/maker/office.ts";
import { linesOf } from "../../samples/maker/written.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { herbal, lease } from "../../samples/maker/written-texts.ts";
import { zip } from "../../samples/maker/zip.ts";
import { limits, opened, textIn } from "../../support/opened.ts";

const picture = png(slip(["a picture"]), 150, 1);
const bullet = png({ width: 10, height: 10, gray: new Uint8Array(100) }, 150, 1);
const withoutEmptyLines = (text: string) => text.split("\n").filter((line) => line !== "");
const wordDocument = (body: string) =>
  zip([{ name: "word/document.xml", content: `<w:document><w:body>${body}</w:body></w:document>` }]);
const wordText = (body: string) => textIn(wordDocument(body));

describe.each([
  ["docx", docx],
  ["odt", odt],
])("%s", (format, make) => {
  test("gives header, paragraphs, tables and notes, not what was deleted", async () => {
    for (const content of [lease, herbal]) {
      const expected = linesOf(content).filter((line) => line !== "");
      expect(withoutEmptyLines(await textIn(make(content)))).toEqual(expected);
    }
  });

  test("gives pictures as pages after the text, but no bullets", async () => {
    const document = await opened(make({ paragraphs: ["text"], pictures: [picture, bullet, picture] }));
    expect(document).toMatchObject({
      format,
      pages: [{ outcome: "text", text: "text" }, { outcome: "image" }, { outcome: "image" }],
    });
  });

  test("begins with the picture when there is no text", async () => {
    expect(await opened(make({ paragraphs: [""], pictures: [picture] }))).toMatchObject({
      pages: [{ outcome: "image" }],
    });
  });

  test("keeps its text when a picture is damaged", async () => {
    const document = make({ paragraphs: ["text"], pictures: [picture] });
    // Near its end, which the picture's checksum covers.
    const at = document.indexOf(picture.subarray(0, 4)) === -1 ? indexOfPicture(document) : 0;
    document.writeUInt8((document[at] ?? 0) ^ 0xff, at);
    expect(await opened(document)).toMatchObject({
      pages: [
        { outcome: "text", text: "text" },
        { outcome: "refused", reason: "corrupt" },
      ],
    });
  });

  test("that is cut off is corrupt", async () => {
    const document = make(lease);
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      expect(await opened(document.subarray(0, document.length * part))).toMatchObject({ reason: "corrupt" });
    }
  });
});

/** In the middle of what is packed behind the local header that names a picture. */
const indexOfPicture = (document: Buffer) => document.indexOf(".png", document.indexOf("PK")) + 200;

describe("WordprocessingML", () => {
  test.each([
    ["<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t></w:r></w:p>", "a\nb\tc"],
    ["<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>", "a"],
    ["<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r></w:p>", "co-op"],
    ["<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:p>", "7"],
    [
      "<w:p><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent></w:p>",
      "box",
    ],
    ["<w:p><w:t>a  &lt;&#1078;</w:t></w:p>", "a  <ж"],
  ])("%s is %j", async (body, text) => {
    expect(await wordText(body)).toBe(text);
  });

  test.each([
    ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "ns0:"],
    ["http://purl.oclc.org/ooxml/wordprocessingml/main", ""],
  ])("is read under any prefix of %s", async (namespace, prefix) => {
    const declaration = prefix === "" ? "xmlns" : `xmlns:${prefix.slice(0, -1)}`;
    const tags = (text: string) => text.replace(/<(\/?)/g, `<$1${prefix}`);
    const content = `<${prefix}document ${declaration}="${namespace}">${tags("<p><pPr><t>no</t></pPr><t>yes</t></p>")}</${prefix}document>`;
    expect(await textIn(zip([{ name: "word/document.xml", content }]))).toBe("yes");
  });

  test("is read in UTF-16 too", async () => {
    const content = Buffer.from("\ufeff<w:document><w:p><w:t>Жук</w:t></w:p></w:document>", "utf16le");
    expect(await textIn(zip([{ name: "word/document.xml", content }]))).toBe("Жук");
  });
});

describe("a ZIP archive", () => {
  test.each([
    [[{ name: "xl/workbook.xml", content: "" }], "Excel"],
    [[{ name: "ppt/presentation.xml", content: "" }], "PowerPoint"],
    [[{ name: "mimetype", content: "application/vnd.oasis.opendocument.spreadsheet" }], "spreadsheet"],
    [[{ name: "mimetype", content: "application/epub+zip" }], "epub"],
    [[{ name: "scan.png", content: "" }], "ZIP"],
    [[], "ZIP"],
  ])("that is no text document is said to be what it is: %j", async (files, word) => {
    expect(await opened(zip(files))).toMatchObject({
      reason: "unsupported-format",
      message: expect.stringContaining(word),
    });
  });

  test("of an encrypted ODT needs a password", async () => {
    const manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    const document = zip([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
      { name: "META-INF/manifest.xml", content: manifest },
      { name: "content.xml", content: "\x12\x34" },
    ]);
    expect(await opened(document)).toMatchObject({ reason: "encrypted" });
  });

  test("with a password needs one", async () => {
    const document = zip([{ name: "word/document.xml", content: "<w:t>a</w:t>" }]);
    const entryAt = document.indexOf("PK\x01\x02");
    document.writeUInt16LE(1, entryAt + 8);
    expect(await opened(document)).toMatchObject({ reason: "encrypted" });
  });

  test("that expands to too much is refused by its directory", async () => {
    const content = Buffer.alloc(limits.documentBytes / 5);
    const pictures = Array.from({ length: 6 }, (_, index) => ({ name: `word/media/${index}.png`, content }));
    const bomb = zip([{ name: "word/document.xml", content: "<w:t>a</w:t>" }, ...pictures]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(await opened(bomb)).toMatchObject({ reason: "too-large" });
  });

  test("that expands to more than its directory says is corrupt", async () => {
    const content = Buffer.alloc(20 * 2 ** 20, "<w:p/>");
    const liar = zip([{ name: "word/document.xml", content, claimedBytes: 100 }]);
    expect(await opened(liar)).toMatchObject({ reason: "corrupt" });
  });

  test("of more text than allowed is refused", async () => {
    const text = "abcdefghi ".repeat(limits.documentPages * 500);
    expect(await opened(wordDocument(`<w:t>${text}</w:t>`))).toMatchObject({ reason: "too-large" });
  });

  test("whose XML declares entities expands none of them", async () => {
    const declared = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    );
    const content = `<!DOCTYPE w:document [<!ENTITY l0 "lol">${declared.join("")}<!ENTITY file SYSTEM "file:///etc/hostname">]><w:p><w:t>[&l9;&file;]</w:t></w:p>`;
    expect(await textIn(zip([{ name: "word/document.xml", content }]))).toBe("[&l9;&file;]");
  });
});
