import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { jpeg, png, tiff } from "../../samples/maker/images.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { limits, opened } from "../../support/opened.ts";
import { repository } from "../../support/program.ts";

const blank = (width: number, height: number) => ({
  width,
  height,
  gray: new Uint8Array(width * height).fill(255),
});
const bilevel = { width: 64, height: 64, black: new Uint8Array(64 * 64) };
/** Where a classic TIFF's first directory begins, and where it says what comes after it. */
const directoryAt = 8;
const nextAt = (bytes: Buffer) => directoryAt + 2 + bytes.readUInt16LE(directoryAt) * 12;

describe("an image", () => {
  test.each([
    [1, 1],
    [60_000, 10],
    [10, 60_000],
  ])("of %i by %i pixels is decoded", async (width, height) => {
    for (const bytes of [
      png(blank(width, height), 150, 1),
      tiff([{ ...blank(width, height), black: new Uint8Array(width * height) }], 150),
    ]) {
      expect(await opened(bytes)).toMatchObject({ pages: [{ outcome: "image", image: { width, height } }] });
    }
  });

  test("that claims to be gigantic is too large, before it is decoded", async () => {
    const claim = async (side: number) => {
      const bytes = await jpeg(slip(["a slip"]), 150);
      const frameAt = bytes.indexOf(Buffer.of(0xff, 0xc0));
      bytes.writeUInt16BE(side, frameAt + 5);
      bytes.writeUInt16BE(side, frameAt + 7);
      return opened(bytes);
    };
    expect(await claim(65_500)).toMatchObject({ reason: "too-large" });
    const file = tiff([bilevel], 150);
    // Its width, in the first entry.
    file.writeUInt32LE(2 ** 32 - 1, directoryAt + 2 + 8);
    expect(await opened(file)).toMatchObject({ pages: [{ outcome: "refused", reason: "too-large" }] });
  });
});

describe("a TIFF", () => {
  test("whose pages go round in a circle keeps each once, and the rest is damaged", async () => {
    const file = tiff([bilevel], 150);
    file.writeUInt32LE(directoryAt, nextAt(file));
    expect(await opened(file)).toMatchObject({
      pages: [{ outcome: "image" }, { outcome: "refused", reason: "corrupt" }],
    });
  });

  test("of 100,000 pages is too large", async () => {
    const one = tiff([bilevel], 150);
    const directory = one.subarray(directoryAt, nextAt(one) + 4);
    const pages = 100_000;
    const directories = Buffer.concat(Array(pages).fill(directory));
    for (let page = 0; page < pages; page++) {
      const end = (page + 1) * directory.length;
      directories.writeUInt32LE(page === pages - 1 ? 0 : one.length + end, end - 4);
    }
    one.writeUInt32LE(one.length, nextAt(one));
    expect(await opened(Buffer.concat([one, directories]))).toMatchObject({ reason: "too-large" });
  });
});

describe("a sample that is cut off", async () => {
  const folder = join(repository, "test/samples/documents");
  const names = (await readdir(folder)).filter((name) => extname(name) !== "");

  test.each(names)("is damaged, or gives what is there: %s", async (name) => {
    const bytes = await readFile(join(folder, name));
    for (const part of [0.02, 0.3, 0.6, 0.95]) {
      const document = await opened(bytes.subarray(0, bytes.length * part), limits);
      const failures =
        "pages" in document ? document.pages.filter((page) => page.outcome === "refused") : [document];
      for (const { reason } of failures) expect(reason, `${name} ${part}`).toBe("corrupt");
    }
  });
});
