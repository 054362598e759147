import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { degrees, PDFArray, PDFDocument, PDFName, StandardFonts } from "@cantoo/pdf-lib";
import { describe, expect, test } from "vitest";
import { loadedPdfium } from "../../../../worker/formats/libraries.ts";
import type { PageReading } from "../../../../worker/ocr-messages.ts";
import { writeLayeredPdf } from "../../../../worker/outputs/pdf/layered-pdf.ts";
import type { QuarterTurn } from "../../../../worker/words.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { pageOfWords, type RecognisedPage } from "../../../support/made-up-pages.ts";
import { type FoundWord, pagesOfPdf } from "../../../support/pdf-words.ts";

interface Shape {
  media: [x: number, y: number, width: number, height: number];
  crop?: [x: number, y: number, width: number, height: number];
  rotate?: QuarterTurn;
  userUnit?: number;
}

async function blankPdf(shapes: Shape[], save: { useObjectStreams: boolean } = { useObjectStreams: false }) {
  const document = await PDFDocument.create({ updateMetadata: false });
  for (const { media, crop, rotate = 0, userUnit } of shapes) {
    const page = document.addPage([1, 1]);
    page.setMediaBox(...media);
    if (crop) page.setCropBox(...crop);
    page.setRotation(degrees(rotate));
    if (userUnit) page.node.set(PDFName.of("UserUnit"), document.context.obj(userUnit));
    page.drawRectangle({ x: media[0] + 60, y: media[1] + 60, width: 100, height: 50 });
  }
  return document.save(save);
}

async function layered(bytes: Uint8Array, readings: PageReading[]) {
  const output = join(await temporaryFolder(), "layered.pdf");
  const pages = readings.length;
  const pdfium = await loadedPdfium();
  const writing = await writeLayeredPdf(bytes, { pdfium, pages, readings: () => readings, output });
  return { writing, written: await readFile(output).catch(() => Buffer.alloc(0)) };
}

/** The words that were not found where they were read, give or take two pixels. */
function misplaced(page: RecognisedPage, found: FoundWord[]): string[] {
  const sides = ["left", "top", "right", "bottom"] as const;
  return page.words.lines
    .flatMap(({ words }) => words)
    .filter(
      ({ text, box }) =>
        !found.some(
          (other) => other.text === text && sides.every((side) => Math.abs(box[side] - other.box[side]) <= 2),
        ),
    )
    .map(({ text }) => text);
}

// Each word has letters with strokes up and down, as its box supposes.
const lines = ["Fully displayed Days", "things lightly copied"];
const a4: Shape["media"] = [0, 0, 595, 842];

describe("A text layer", () => {
  test.each<[string, Shape]>([
    ["plain", { media: a4 }],
    ["turned by 90°", { media: [0, 0, 842, 595], rotate: 90 }],
    ["turned by 180°", { media: a4, rotate: 180 }],
    ["turned by 270°", { media: [0, 0, 842, 595], rotate: 270 }],
    ["with its origin elsewhere", { media: [-300, 4000, 595, 842] }],
    ["cropped", { media: [0, 0, 1200, 1700], crop: [100, 50, 595, 842] }],
    ["cropped to beyond the page", { media: a4, crop: [-500, -500, 5000, 5000] }],
    ["cropped and turned", { media: [10, 20, 1700, 1200], crop: [100, 50, 842, 595], rotate: 270 }],
    ["in a unit of its own", { media: a4, userUnit: 2.5 }],
  ])("lies over the words of a page that is %s, unseen", async (_, shape) => {
    const original = await blankPdf([shape]);
    const page = pageOfWords(1, lines);
    const { writing, written } = await layered(original, [page]);
    expect(writing).toEqual({ outcome: "written" });
    const [found] = await pagesOfPdf(written, page.words);
    const [before] = await pagesOfPdf(original, page.words);
    expect(misplaced(page, found?.words ?? [])).toEqual([]);
    expect(found?.text).toBe(lines.join(" "));
    expect(Buffer.from(found?.pixels ?? []).equals(before?.pixels ?? Buffer.alloc(1))).toBe(true);
  });

  test.each<[QuarterTurn]>([[90], [180], [270]])("runs as text does that is turned by %d°", async (turn) => {
    const { words } = pageOfWords(1, lines);
    const [width, height] = [words.width, words.height];
    const turned = pageOfWords(1, lines, turn);
    for (const word of turned.words.lines.flatMap((line) => line.words)) {
      const { left, top, right, bottom } = word.box;
      if (turn === 90) word.box = { left: top, top: width - right, right: bottom, bottom: width - left };
      if (turn === 180) {
        word.box = { left: width - right, top: height - bottom, right: width - left, bottom: height - top };
      }
      if (turn === 270) word.box = { left: height - bottom, top: left, right: height - top, bottom: right };
    }
    if (turn !== 180) Object.assign(turned.words, { width: height, height: width });
    const original = await blankPdf([{ media: turn === 180 ? a4 : [0, 0, 842, 595] }]);
    const { written } = await layered(original, [turned]);
    const [found] = await pagesOfPdf(written, turned.words);
    expect(misplaced(turned, found?.words ?? [])).toEqual([]);
  });

  test.each([
    ["Cyrillic and Greek", "Съешь ещё этих Ελληνικά"],
    ["Chinese", "你好"],
    ["Hebrew", "שלום"],
    ["beyond the basic plane", "\u{20000}\u{1d4d0}"],
    ["markup and parentheses", "</script> (a\\) <</b>>"],
  ])("gives back %s", async (_, text) => {
    const { written } = await layered(await blankPdf([{ media: a4 }]), [pageOfWords(1, [text])]);
    expect((await pagesOfPdf(written, { width: 100, height: 140 }))[0]?.text).toBe(text);
  });

  test("leaves out what nobody can read", async () => {
    const page = pageOfWords(1, ["good one bad two"]);
    const [, , bad, half] = page.words.lines[0]?.words ?? [];
    Object.assign(bad ?? {}, { text: "\u0000\u001b\u0085" });
    Object.assign(half ?? {}, { text: "x\ud800" });
    const { written } = await layered(await blankPdf([{ media: a4 }]), [page]);
    expect((await pagesOfPdf(written, page.words))[0]?.text).toBe("good one x\ufffd");
  });
});

describe("The original", () => {
  test.each([[false], [true]])(
    "stays, byte for byte, before the layer (object streams: %s)",
    async (useObjectStreams) => {
      const original = await blankPdf([{ media: a4 }, { media: a4 }], { useObjectStreams });
      const readings: PageReading[] = [
        { page: 1, outcome: "text", isEarlierOcr: false, text: "typed" },
        pageOfWords(2, lines),
      ];
      const { written } = await layered(original, readings);
      expect(written.subarray(0, original.length).equals(original)).toBe(true);
      const tables = written.toString("latin1").match(/\nxref|\/Type\/XRef/g);
      expect(new Set(tables)).toEqual(new Set([useObjectStreams ? "/Type/XRef" : "\nxref"]));
      const [first, second] = await pagesOfPdf(written, { width: 1000, height: 1400 });
      expect([first?.text, second?.text]).toEqual(["", lines.join(" ")]);
    },
  );

  test("is all there is where nothing was recognised", async () => {
    const original = await blankPdf([{ media: a4 }, { media: a4 }]);
    const failed: PageReading = { page: 2, outcome: "failed", reason: "timeout", message: "late" };
    const { written } = await layered(original, [pageOfWords(1, []), failed]);
    expect(written.equals(original)).toBe(true);
  });

  test("keeps its fonts, also those that pages share, and what is drawn by several streams", async () => {
    const document = await PDFDocument.create({ updateMetadata: false });
    const font = await document.embedFont(StandardFonts.Helvetica);
    const pages = [document.addPage([595, 842]), document.addPage([595, 842])];
    for (const page of pages) page.drawText("Stamp", { x: 50, y: 50, size: 12, font });
    // Both pages get their resources from the root of the tree, and their contents from an object that lists streams.
    const [first] = pages;
    const { context } = document;
    document.catalog.Pages().set(PDFName.of("Resources"), first?.node.Resources() ?? context.obj({}));
    for (const { node } of pages) {
      node.delete(PDFName.of("Resources"));
      const contents = node.get(PDFName.of("Contents"));
      if (contents instanceof PDFArray) node.set(PDFName.of("Contents"), context.register(contents));
    }
    const original = await document.save({ useObjectStreams: false });
    const readings = [
      pageOfWords(1, ["above"]),
      { page: 2, outcome: "text", isEarlierOcr: false, text: "Stamp" } as const,
    ];
    const { written } = await layered(original, readings);
    const found = await pagesOfPdf(written, { width: 1000, height: 1400 });
    expect(found.map(({ text }) => text)).toEqual(["above Stamp", "Stamp"]);
  });
});

describe("Where nothing can be put behind the original, PDFium's copy is taken", () => {
  const read = async (bytes: Uint8Array) => {
    const { writing, written } = await layered(bytes, [pageOfWords(1, lines)]);
    expect(writing).toEqual({ outcome: "written" });
    const again = await layered(bytes, [pageOfWords(1, lines)]);
    expect(again.written.equals(written)).toBe(true);
    return (await pagesOfPdf(written, { width: 1000, height: 1400 })).map(({ text }) => text);
  };

  test("of a PDF that is encrypted without a password to open it", async () => {
    const document = await PDFDocument.load(await blankPdf([{ media: a4 }]));
    await document.encrypt({ userPassword: "", ownerPassword: "owner" });
    expect(await read(await document.save())).toEqual([lines.join(" ")]);
  });

  test("of a PDF that lost its last lines", async () => {
    const whole = Buffer.from(await blankPdf([{ media: a4 }]));
    expect(await read(whole.subarray(0, whole.lastIndexOf("startxref")))).toEqual([lines.join(" ")]);
  });

  test("of a PDF that begins with something else", async () => {
    expect(await read(Buffer.concat([Buffer.from("junk\n"), await blankPdf([{ media: a4 }])]))).toEqual([
      lines.join(" "),
    ]);
  });

  test("of a PDF in which an older page comes last", async () => {
    const original = Buffer.from(await blankPdf([{ media: a4 }]));
    const pageAt = original.toString("latin1").search(/\d+ 0 obj\s*<<\s*\/Type \/Page\b/);
    const older = original
      .toString("latin1", pageAt, original.indexOf("endobj", pageAt) + 7)
      .replace("595", "295");
    const startAt = original.lastIndexOf("startxref");
    const bytes = Buffer.concat([
      original.subarray(0, startAt),
      Buffer.from(`${older}\n`, "latin1"),
      original.subarray(startAt),
    ]);
    expect(await read(bytes)).toEqual([lines.join(" ")]);
  });

  test("and where PDFium cannot open it either, that is said", async () => {
    const { writing } = await layered(Buffer.from("%PDF-1.7\nnothing"), [pageOfWords(1, lines)]);
    expect(writing).toMatchObject({ outcome: "refused", reason: "corrupt" });
  });
});
