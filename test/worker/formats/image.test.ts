import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { readHeader } from "../../../worker/formats/image.ts";
import { blackAndWhite, tiff } from "../../samples/maker/images.ts";
import { fixed, slip } from "../../samples/maker/written-samples.ts";
import { imageIn, limits, meanDifference, opened } from "../../support/opened.ts";

const page = slip(["A page that is", "not symmetric at all"]);
const pixels = { ...page, pixels: page.gray };
const grey = () => sharp(page.gray, { raw: { width: page.width, height: page.height, channels: 1 } });
const png = await grey().toColourspace("b-w").png().toBuffer();

/** EXIF of a resolution: a TIFF with a directory of two entries. */
function exif({
  bigEndian = false,
  units,
  resolution,
}: {
  bigEndian?: boolean;
  units: number;
  resolution: [number, number];
}): Buffer {
  const tiff = new DataView(new ArrayBuffer(46));
  const littleEndian = !bigEndian;
  tiff.setUint16(0, bigEndian ? 0x4d4d : 0x4949);
  tiff.setUint16(2, 42, littleEndian);
  tiff.setUint32(4, 8, littleEndian);
  tiff.setUint16(8, 2, littleEndian);
  const entry = (at: number, tag: number, type: number) => {
    tiff.setUint16(at, tag, littleEndian);
    tiff.setUint16(at + 2, type, littleEndian);
    tiff.setUint32(at + 4, 1, littleEndian);
  };
  entry(10, 282, 5);
  tiff.setUint32(18, 38, littleEndian);
  entry(22, 296, 3);
  tiff.setUint16(30, units, littleEndian);
  tiff.setUint32(38, resolution[0], littleEndian);
  tiff.setUint32(42, resolution[1], littleEndian);
  return Buffer.concat([Buffer.from("Exif\0\0"), new Uint8Array(tiff.buffer)]);
}

function withExif(jpeg: Uint8Array, exif: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

describe("a JPEG", async () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("is turned upright by the EXIF orientation %i", async (orientation) => {
    const bytes = await sharp(png).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const { data, info } = await sharp(bytes)
      .autoOrient()
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const image = await imageIn(bytes);
    expect([image.width, image.height]).toEqual([info.width, info.height]);
    expect(meanDifference(image, { pixels: data })).toBeLessThan(0.5);
  });

  const jpeg = await sharp(png).resize(1240).jpeg().toBuffer();

  test.each([
    ["in inches, the lower byte first", exif({ units: 2, resolution: [300, 1] }), 300],
    ["in inches, the upper byte first", exif({ bigEndian: true, units: 2, resolution: [600, 2] }), 300],
    ["in centimetres", exif({ units: 3, resolution: [100, 1] }), 254],
    ["in neither", exif({ units: 1, resolution: [300, 1] }), undefined],
    ["as screens have it", exif({ units: 2, resolution: [72, 1] }), undefined],
    ["divided by nothing", exif({ units: 2, resolution: [300, 0] }), undefined],
  ])("of which EXIF tells the resolution %s", async (_, segment, dotsPerInch) => {
    expect((await imageIn(withExif(jpeg, segment))).dotsPerInch).toBe(dotsPerInch);
  });

  test("of which EXIF is cut off anywhere is read all the same", async () => {
    const segment = exif({ units: 2, resolution: [300, 1] });
    for (let length = 0; length < segment.length; length++) {
      const cut = withExif(jpeg, segment.subarray(0, length));
      expect(await imageIn(cut), `${length} bytes`).toMatchObject({ width: 1240, dotsPerInch: undefined });
    }
  });

  test("in four inks is black on white", async () => {
    const bytes = await sharp(png).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    expect(meanDifference(await imageIn(bytes), pixels)).toBeLessThan(1);
  });
});

describe("a PNG", () => {
  // Rows of 611 pixels end within a byte and within a word.
  const odd = () => sharp(png).resize({ width: 611, kernel: "nearest" });
  const kinds: [name: string, bits: number, make: () => ReturnType<typeof odd>][] = [
    ...[1, 2, 4, 8].map((bits): (typeof kinds)[number] => [
      "with a palette",
      bits,
      () =>
        odd()
          .blur(bits === 1 ? 0.3 : 2)
          .png({ palette: true, colours: 2 ** bits, dither: 0 }),
    ]),
    ["of grey", 16, () => odd().toColourspace("grey16").png()],
    ["of colours", 8, () => odd().toColourspace("srgb").tint("#404080").png()],
  ];

  test.each(kinds)("%s of %i bits is decoded", async (_, bits, make) => {
    const bytes = await make().toBuffer();
    const bitDepthInHeader = bytes[24];
    expect(bitDepthInHeader).toBe(bits);
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    const image = await imageIn(bytes);
    expect([image.width, image.height, info.channels]).toEqual([611, info.height, 1]);
    expect(meanDifference(image, { pixels: data })).toBeLessThan(2);
  });
});

describe("a TIFF", () => {
  test.each(["none", "lzw", "deflate", "packbits", "jpeg"] as const)(
    "of %s is decoded, with its resolution",
    async (compression) => {
      const pixelsPerMillimetre = 150 / 25.4;
      const resolution = { xres: pixelsPerMillimetre, yres: pixelsPerMillimetre };
      const bytes = await grey()
        .toColourspace("b-w")
        .tiff({ compression, quality: 95, ...resolution })
        .toBuffer();
      const image = await imageIn(bytes);
      expect(meanDifference(image, pixels)).toBeLessThan(0.5);
      expect(image.dotsPerInch).toBeCloseTo(150, 0);
    },
  );

  test.each([1, 2, 4] as const)("of %i bits of grey is decoded", async (bitdepth) => {
    const bytes = await grey()
      .blur(2)
      .toColourspace("b-w")
      .tiff({ compression: "none", bitdepth })
      .toBuffer();
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    const image = await imageIn(bytes);
    expect([image.width, image.height]).toEqual([info.width, info.height]);
    expect(meanDifference(image, { pixels: data })).toBeLessThan(0.5);
  });

  test("of 16 bits of grey is decoded", async () => {
    const bytes = await grey().toColourspace("grey16").tiff({ compression: "none" }).toBuffer();
    expect(bytes.length).toBeGreaterThan(2 * page.width * page.height);
    expect(meanDifference(await imageIn(bytes), pixels)).toBeLessThan(0.5);
  });

  test.each(["lzw", "deflate"] as const)(
    "of %s is turned upright by its orientation",
    async (compression) => {
      for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
        const turned = await sharp(await sharp(png).withMetadata({ orientation }).png().toBuffer())
          .autoOrient()
          .greyscale()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const bytes = await sharp(png).withMetadata({ orientation }).tiff({ compression }).toBuffer();
        const image = await imageIn(bytes);
        expect([image.width, image.height], String(orientation)).toEqual([
          turned.info.width,
          turned.info.height,
        ]);
        expect(meanDifference(image, { pixels: turned.data }), String(orientation)).toBeLessThan(0.5);
      }
    },
  );

  test("of CCITT group 3 and group 4 is decoded", async () => {
    const group4 = tiff([blackAndWhite(page)], 150);
    expect(meanDifference(await imageIn(group4), pixels)).toBeLessThan(2);
    const group3 = await imageIn(await fixed("fax-group-3.tif"));
    expect([...new Set(group3.pixels)].sort((a, b) => a - b)).toEqual([0, 255]);
    expect(group3.pixels.filter((pixel) => pixel === 0).length / group3.pixels.length).toBeLessThan(0.05);
  });
});

describe("a JPEG 2000", () => {
  test("is decoded, with its header or without", async () => {
    const file = await fixed("survey.jp2");
    const codestream = file.subarray(file.indexOf(Buffer.from("ff4fff51", "hex")));
    const [whole, bare] = [await imageIn(file), await imageIn(codestream)];
    expect([whole.width, whole.height]).toEqual([620, 874]);
    const mean = whole.pixels.reduce((sum, pixel) => sum + pixel, 0) / whole.pixels.length;
    expect(mean).toBeGreaterThan(230);
    expect(mean).toBeLessThan(254.9);
    expect(Buffer.compare(bare.pixels, whole.pixels)).toBe(0);
  });

  test("that is cut off is corrupt", async () => {
    const file = await fixed("survey.jp2");
    for (const length of [20, 200, 5000]) {
      const document = await opened(file.subarray(0, length));
      const failure = "pages" in document ? document.pages[0] : document;
      expect(failure, String(length)).toMatchObject({ outcome: "refused", reason: "corrupt" });
    }
  });

  test("of more pixels than allowed is refused before it is decoded", async () => {
    const document = await opened(await fixed("survey.jp2"), { ...limits, pagePixels: 500_000 });
    expect(document).toMatchObject({ outcome: "refused", reason: "too-large" });
  });
});

test("a header that is cut off is not read from what lies behind it in memory", () => {
  const memory = Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(4096, 0x7f)]);
  expect(readHeader(memory.subarray(0, 6))).toBeUndefined();
});
