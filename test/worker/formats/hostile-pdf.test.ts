import { deflateSync } from "node:zlib";
import { PDFDocument } from "@cantoo/pdf-lib";
import { describe, expect, test } from "vitest";
import { jpeg } from "../../samples/maker/images.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { limits, opened, textIn } from "../../support/opened.ts";
import { helvetica, imagePdf, onePagePdf, pagesPdf, rawPdf, write } from "../../support/raw-pdf.ts";

const typed = "typed text";
const resources = helvetica;
const corruptPage = { pages: [{ outcome: "refused", reason: "corrupt" }] };
const catalog = "<</Type/Catalog/Pages 2 0 R>>";

describe("a PDF", () => {
  test("that only its owner may change is read, one that needs a password is not", async () => {
    const locked = async (passwords: { userPassword: string; ownerPassword: string }) => {
      const document = await PDFDocument.create();
      document.addPage().drawText(typed);
      await document.encrypt(passwords);
      return document.save({ useObjectStreams: false });
    };
    expect(await textIn(await locked({ userPassword: "", ownerPassword: "owner" }))).toBe(typed);
    expect(await opened(await locked({ userPassword: "user", ownerPassword: "owner" }))).toMatchObject({
      reason: "encrypted",
    });
  });

  test.each([
    ["is its own kid", ["<</Type/Pages/Kids[2 0 R]/Count 1>>"]],
    [
      "is the kid of its kid",
      ["<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"],
    ],
  ])("whose tree of pages %s has a damaged page", async (_, objects) => {
    expect(await opened(rawPdf([catalog, ...objects]))).toMatchObject(corruptPage);
  });

  test("whose cross-reference table comes before itself is read", async () => {
    const pdf = onePagePdf(write(typed), { resources }).toString("latin1");
    const looped = pdf.replace("/Size", `/Prev ${pdf.indexOf("xref\n")}/Size`);
    expect(await textIn(Buffer.from(looped, "latin1"))).toBe(typed);
  });

  test("of 100,000 pages is too large", async () => {
    expect(await opened(pagesPdf(100_000, write(typed)))).toMatchObject({ reason: "too-large" });
  });

  test.each([-4000, 2 ** 31 - 1, 1e20])("that claims to have %i pages is read", async (count) => {
    expect(await textIn(pagesPdf(1, write(typed), count))).toBe(typed);
  });

  test("that claims more pages than it has keeps those it has", async () => {
    const document = await opened(pagesPdf(2, write(typed), 50));
    if (!("pages" in document)) throw new Error(document.message);
    expect(document.pages).toHaveLength(50);
    expect(document.pages.filter(({ outcome }) => outcome === "text")).toHaveLength(2);
    expect(document.pages.at(-1)).toMatchObject({ outcome: "refused", reason: "corrupt" });
  });

  test.each(["0 0 0 0", "0 0 0.001 500", "0 0 nan nan", "0 0 1e400 10", "0 0 1e9 1e9", "300 200 0 0"])(
    "with a page of [%s] is read",
    async (mediaBox) => {
      expect(await textIn(onePagePdf(write(typed), { mediaBox, resources }))).toBe(typed);
      const drawn = await opened(onePagePdf("0 0 m 100 100 l S", { mediaBox }));
      expect(drawn).toMatchObject({ pages: [{ outcome: "image" }] });
    },
  );

  test.each([
    ["200 inches square", "0 0 14400 14400"],
    ["20,000 inches long", "0 0 1440000 72"],
  ])("with a page %s gives its text, and is too large to be recognised", async (_, mediaBox) => {
    expect(await textIn(onePagePdf(write(typed), { mediaBox, resources }))).toBe(typed);
    expect(await opened(onePagePdf("0 0 m 100 100 l S", { mediaBox }))).toMatchObject({
      pages: [{ outcome: "refused", reason: "too-large" }],
    });
  });

  test.each([
    ["Type 1", "Type1", "FontFile", "", "%!PS-AdobeFont-1.0: X\ncurrentfile eexec\n"],
    ["TrueType", "TrueType", "FontFile2", "", "\0\x01\0\0\0\x0c\0\x80\0\x03\0\x40"],
    ["CFF", "Type1", "FontFile3", "/Subtype/Type1C", "\x01\0\x04\x01\0\x01\x01\x01"],
  ])("with a broken %s font gives its text", async (_, subtype, key, dictionary, head) => {
    const garbage = Buffer.from(Array.from({ length: 5000 }, (_unused, at) => (at * 7919 + at ** 2) & 255));
    const pdf = onePagePdf(write(typed), {
      resources: "/Font<</F 5 0 R>>",
      more: [
        `<</Type/Font/Subtype/${subtype}/BaseFont/X/FirstChar 32/LastChar 126/Widths[${"500 ".repeat(95)}]/FontDescriptor 6 0 R>>`,
        `<</Type/FontDescriptor/FontName/X/Flags 32/FontBBox[0 0 1000 1000]/${key} 7 0 R>>`,
        { dictionary, stream: Buffer.concat([Buffer.from(head, "latin1"), garbage]) },
      ],
    });
    expect(await textIn(pdf)).toBe(typed);
  });

  test("of arrays and forms without end comes to an end", async () => {
    expect(await opened(onePagePdf("[".repeat(1_000_000)))).toMatchObject({ pages: [{ outcome: "image" }] });
    const form = (next: number) => ({
      dictionary: `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X ${next} 0 R>>>>`,
      stream: "/X Do",
    });
    const forms = onePagePdf("/X Do", {
      resources: "/XObject<</X 5 0 R>>",
      more: Array.from({ length: 3000 }, (_, index) => form(index + 6)),
    });
    expect(await opened(forms)).toMatchObject({ pages: [{ outcome: "image" }] });
  });
});

describe("an image in a PDF", () => {
  const grey = (side: number) => `/Width ${side}/Height ${side}/BitsPerComponent 8/ColorSpace/DeviceGray`;

  test.each([
    ["is cut off", async () => (await jpeg(slip(["a slip"]), 150)).subarray(0, 100), "/Filter/DCTDecode"],
    ["is none", async () => "no JPEG", "/Filter/DCTDecode"],
    ["is of an unknown kind", async () => "?", "/Filter/NoDecode"],
    ["has no bytes", async () => "", ""],
  ])("that %s is no blank page", async (_, stream, filter) => {
    expect(await opened(imagePdf(`${grey(200)}${filter}`, await stream()))).toMatchObject(corruptPage);
  });

  test("that lies in a form and is none is no blank page", async () => {
    const pdf = onePagePdf("/X Do", {
      resources: "/XObject<</X 5 0 R>>",
      more: [
        {
          dictionary: "/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<</I 6 0 R>>>>",
          stream: "300 0 0 200 0 0 cm /I Do",
        },
        { dictionary: `/Type/XObject/Subtype/Image${grey(200)}/Filter/DCTDecode`, stream: "no JPEG" },
      ],
    });
    expect(await opened(pdf)).toMatchObject(corruptPage);
  });

  test.each([
    ["raw bytes", "", "abc"],
    ["Flate", "/Filter/FlateDecode", deflateSync(Buffer.alloc(50_000_000))],
    ["CCITT", "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 60000/Rows 60000>>", Buffer.alloc(900, 255)],
  ])("that claims 3,600 megapixels of %s is too large", async (_, filter, stream) => {
    expect(await opened(imagePdf(`${grey(60_000)}${filter}`, stream))).toMatchObject({
      pages: [{ outcome: "refused", reason: "too-large" }],
    });
  });

  test("that is white is a blank page", async () => {
    const white = deflateSync(Buffer.alloc(200 * 200, 255));
    const document = await opened(imagePdf(`${grey(200)}/Filter/FlateDecode`, white), limits);
    expect(document).toMatchObject({ pages: [{ outcome: "image" }] });
  });
});
