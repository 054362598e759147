import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { pageSize } from "../../../../worker/outputs/pdf/picture-page.ts";
import { blackAndWhite, bmp, tiff } from "../../../samples/maker/images.ts";
import { fixed, slip } from "../../../samples/maker/written-samples.ts";
import { blankReading, composed } from "../../../support/composed.ts";
import { pageOfWords } from "../../../support/made-up-pages.ts";
import { meanDifference } from "../../../support/opened.ts";
import { pagesOfPdf } from "../../../support/pdf-words.ts";

const page = slip(["A page that is", "not symmetric at all"]);
const grey = () => sharp(page.gray, { raw: { width: page.width, height: page.height, channels: 1 } });
const stamp = await sharp({ create: { width: 90, height: 40, channels: 3, background: "#c03020" } })
  .png()
  .toBuffer();
const stamped = await grey()
  .composite([{ input: stamp, left: 20, top: 300 }])
  .toColourspace("srgb")
  .png()
  .toBuffer();
const coloured = await sharp(stamped).removeAlpha().png().toBuffer();
const black = blackAndWhite(page);
const upright = (picture: Sharp) =>
  picture
    .autoOrient()
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });

/** Makes a PDF of the picture and expects it to look the same. Returns the filter that its bytes are in. */
async function filterOf(bytes: Uint8Array, tolerance = 1, like: Uint8Array = bytes): Promise<string> {
  const { data, info } = await upright(sharp(like));
  const pdf = await composed(bytes, [blankReading(1, info)]);
  const [found] = await pagesOfPdf(pdf, info);
  expect(meanDifference({ pixels: found?.pixels ?? new Uint8Array() }, { pixels: data })).toBeLessThan(
    tolerance,
  );
  return /\/Subtype\/Image.*?\/Filter\/(\w+)/.exec(pdf.toString("latin1"))?.[1] ?? "none";
}

describe("A picture keeps its bytes", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("of a JPEG, seen by the orientation %i", async (orientation) => {
    const bytes = await sharp(coloured).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    expect(await filterOf(bytes)).toBe("DCTDecode");
    expect((await composed(bytes, [blankReading(1, page)])).includes(bytes)).toBe(true);
  });

  test.each([
    ["grey", grey().toColourspace("b-w").jpeg({ quality: 95 })],
    ["progressive", sharp(coloured).jpeg({ quality: 95, progressive: true })],
  ])("of a %s JPEG", async (_, jpeg) => {
    expect(await filterOf(await jpeg.toBuffer())).toBe("DCTDecode");
  });

  test("of a JPEG in four inks, which Adobe has the wrong way round", async () => {
    const bytes = await sharp(coloured).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
    // Without a profile there is no one way from inks to light.
    expect(await filterOf(bytes, 12)).toBe("DCTDecode");
  });

  test.each([
    ["in colour", sharp(coloured).png()],
    ["in grey", grey().toColourspace("b-w").png()],
    ["with a palette", sharp(coloured).png({ palette: true, colours: 16 })],
    ["of 16 bits", sharp(coloured).toColourspace("rgb16").png()],
    [
      "in black and white",
      sharp(page.gray, { raw: { width: page.width, height: page.height, channels: 1 } })
        .threshold()
        .png({ palette: true, colours: 2 }),
    ],
  ])("of a PNG %s", async (_, png) => {
    const bytes = await png.toBuffer();
    expect(await filterOf(bytes)).toBe("FlateDecode");
    expect((await composed(bytes, [blankReading(1, page)])).length).toBeLessThan(bytes.length + 2000);
  });

  test.each([0, 1])("of a fax page in a TIFF whose photometric interpretation is %i", async (photometric) => {
    const bytes = tiff([black], 200);
    const like = await sharp(bytes).png().toBuffer();
    const tagAt = 10 + 12 * 4;
    expect(bytes.readUInt16LE(tagAt)).toBe(262);
    bytes.writeUInt16LE(photometric, tagAt + 8);
    expect(await filterOf(bytes, 1, photometric === 0 ? like : await sharp(like).negate().toBuffer())).toBe(
      "CCITTFaxDecode",
    );
  });

  test("of JPEG 2000", async () => {
    const bytes = await fixed("survey.jp2");
    const pdf = await composed(bytes, [blankReading(1, { width: 620, height: 874 })]);
    expect(pdf.includes(bytes)).toBe(true);
    expect(pdf.toString("latin1")).toContain("/Filter/JPXDecode");
    const [found] = await pagesOfPdf(pdf, { width: 620, height: 874 });
    expect(found?.pixels.some((value) => value < 50)).toBe(true);
  });
});

describe("A picture that PDF has no words for keeps its pixels and colours", () => {
  test.each([
    ["an interlaced PNG", sharp(coloured).png({ progressive: true })],
    ["a TIFF in LZW", sharp(coloured).tiff({ compression: "lzw" })],
    ["a TIFF in Deflate", sharp(coloured).tiff({ compression: "deflate" })],
    ["a TIFF in JPEG", sharp(coloured).tiff({ compression: "jpeg", quality: 95 })],
    ["a turned TIFF", sharp(coloured).withMetadata({ orientation: 6 }).tiff({ compression: "lzw" })],
    ["WebP", sharp(coloured).webp({ lossless: true })],
    ["a GIF", sharp(coloured).gif()],
  ])("%s", async (_, picture) => {
    expect(await filterOf(await picture.toBuffer(), 2)).toBe("FlateDecode");
  });

  test("a BMP", async () => {
    const like = await grey().threshold(128).png().toBuffer();
    expect(await filterOf(bmp(page, 200), 1, like)).toBe("FlateDecode");
  });

  test("a transparent PNG, on white", async () => {
    const bytes = await sharp(coloured).ensureAlpha(0.5).png().toBuffer();
    expect(await filterOf(bytes, 3)).toBe("FlateDecode");
  });
});

describe("A page", () => {
  test.each([
    ["has the size that its resolution tells", { width: 2480, height: 3508 }, 300, [595.2, 841.92]],
    [
      "is taken for one at 200 dots an inch where nothing tells",
      { width: 800, height: 1000 },
      undefined,
      [288, 360],
    ],
    ["fits onto A4 where nothing tells", { width: 3000, height: 4000 }, undefined, [631.5, 842]],
    ["is no longer than PDF allows", { width: 60_000, height: 10 }, 100, [14_400, 2.4]],
  ])("%s", (_, pixels, dotsPerInch, [width, height]) => {
    const size = pageSize(pixels, dotsPerInch);
    expect([size.width, size.height]).toEqual([
      expect.closeTo(width ?? 0, 3),
      expect.closeTo(height ?? 0, 3),
    ]);
  });

  test("has the text that was read where it was read", async () => {
    const reading = pageOfWords(1, ["Fully displayed"]);
    const { width, height } = reading.words;
    const bytes = await sharp({ create: { width, height, channels: 3, background: "#eee" } })
      .png()
      .toBuffer();
    const [found] = await pagesOfPdf(await composed(bytes, [reading]), { width, height });
    expect(found?.text).toBe("Fully displayed");
    expect(found?.words[0]?.box.left).toBeCloseTo(100, -0.5);
  });

  test("is kept where it failed, so that the others keep their number", async () => {
    const bytes = tiff([black, black, black], 200);
    const failed = { page: 2, outcome: "failed", reason: "timeout", message: "late" } as const;
    const readings = [pageOfWords(1, ["First"]), failed, pageOfWords(3, ["Third"])];
    const found = await pagesOfPdf(await composed(bytes, readings), page);
    expect(found.map(({ text }) => text)).toEqual(["First", "", "Third"]);
    expect(found[1]?.pixels.some((value) => value < 50)).toBe(true);
  });

  test("depends on nothing but the document and what was read of it", async () => {
    const bytes = tiff([black, black], 200);
    const readings = [pageOfWords(1, ["First"]), pageOfWords(2, ["Second \u{20000}"])];
    expect((await composed(bytes, readings)).equals(await composed(bytes, readings))).toBe(true);
  });
});
