import { utils, write } from "cfb";
import { describe, expect, test } from "vitest";
import { fixed } from "../../samples/maker/written-samples.ts";
import { circular } from "../../samples/maker/written-texts.ts";
import { opened, textIn } from "../../support/opened.ts";

const sample = await fixed("circular.doc");

/** A container with these streams. */
function ole(streams: Record<string, Uint8Array>): Buffer {
  const container = utils.cfb_new();
  for (const [name, content] of Object.entries(streams)) utils.cfb_add(container, `/${name}`, content);
  return Buffer.from(write(container, { type: "buffer" }));
}

/** A document of one piece of text, as Word 97 stores it. */
function doc(text: string, options: { isCompressed?: boolean; flags?: number } = {}): Buffer {
  const textAt = 0x400;
  const bytes = Buffer.from(text, options.isCompressed ? "latin1" : "utf16le");
  const main = Buffer.alloc(Math.max(0x1400, textAt + bytes.length));
  main.writeUInt16LE(0xa5ec, 0);
  main.writeUInt16LE(0x00c1, 2);
  main.writeUInt16LE(options.flags ?? 0, 0x0a);
  bytes.copy(main, textAt);
  const table = Buffer.alloc(0x1400);
  table.writeUInt8(2, 0);
  table.writeUInt32LE(16, 1);
  table.writeUInt32LE(text.length, 9);
  table.writeUInt32LE(options.isCompressed ? (textAt * 2) | 0x4000_0000 : textAt, 15);
  main.writeUInt32LE(0, 0x01a2);
  main.writeUInt32LE(21, 0x01a6);
  return ole({ WordDocument: main, "0Table": table });
}

describe("a DOC", () => {
  test("that LibreOffice wrote gives its text and its picture", async () => {
    const document = await opened(sample);
    expect(document).toMatchObject({ format: "doc", pages: [{ outcome: "text" }, { outcome: "image" }] });
    const text = await textIn(sample);
    for (const line of [...circular.paragraphs, circular.header ?? "", circular.footnote ?? ""]) {
      expect(text.split("\n")).toContain(line);
    }
    for (const row of circular.table ?? []) expect(text.split("\n")).toContain(row.join("\t"));
  });

  test.each([
    ["Жук\rone\x0btwo\r", "Жук\none\ntwo"],
    ["a\x07b\x07\x07c\x07\x07d\r", "a\tb\nc\nd"],
    ["\x13 PAGE \x147\x15 of \x13 IF \x13 X \x14y\x15 \x14z\x15", "7 of z"],
    ["\x13 TC no \x15yes\x01\x08\x05", "yes"],
    ["co\x1eop so\x1fft", "co-op soft"],
  ])("with %j gives %j", async (stored, text) => {
    expect(await textIn(doc(stored))).toBe(text);
  });

  test("keeps western text in one byte a character", async () => {
    expect(await textIn(doc("caf\xe9 \x93quoted\x94", { isCompressed: true }))).toBe("café “quoted”");
  });

  test("with a password needs one", async () => {
    expect(await opened(doc("secret", { flags: 0x0100 }))).toMatchObject({ reason: "encrypted" });
    const encryptedDocx = ole({ EncryptionInfo: Buffer.alloc(100), EncryptedPackage: Buffer.alloc(5000) });
    expect(await opened(encryptedDocx)).toMatchObject({ reason: "encrypted" });
  });

  test("that is cut off is corrupt", async () => {
    for (const length of [9, 511, 512, 4000, 9000, sample.length - 512]) {
      expect(await opened(sample.subarray(0, length)), String(length)).toMatchObject({ reason: "corrupt" });
    }
  });

  test("whose text lies outside of it is corrupt", async () => {
    const document = doc("text");
    const at = document.indexOf(Buffer.from([0x04, 0, 0, 0, 0, 0, 0, 0x04]));
    document.writeUInt32LE(0x00ff_ffff, at);
    expect(await opened(document)).toMatchObject({ reason: "corrupt" });
  });

  test("whose sectors go round in a circle comes to an end", async () => {
    // The file allocation table is the first sector that the header names.
    const table = (sample.readUInt32LE(76) + 1) * 512;
    for (let entry = 0; entry < 24; entry++) {
      const looped = Buffer.from(sample);
      looped.writeUInt32LE(entry ^ 1, table + entry * 4);
      looped.writeUInt32LE(entry, table + (entry ^ 1) * 4);
      const document = await opened(looped);
      expect("pages" in document ? document.format : document.reason).toMatch(
        /^(?:doc|corrupt|unsupported-format)$/,
      );
    }
  });
});

describe("another OLE file", () => {
  test.each([
    ["Workbook", "Excel"],
    ["PowerPoint Document", "PowerPoint"],
    ["__properties_version1.0", "Outlook"],
    ["Contents", "unknown"],
  ])("with the stream %s is said to be of its kind", async (stream, word) => {
    expect(await opened(ole({ [stream]: Buffer.alloc(5000) }))).toMatchObject({
      reason: "unsupported-format",
      message: expect.stringContaining(word),
    });
  });
});
