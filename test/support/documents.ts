/** Made-up documents: many good ones of every format with known text, and hostile ones of every kind. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PDFDocument } from "@cantoo/pdf-lib";
import { utils, write } from "cfb";
import type { Reason } from "../../worker/contract.ts";
import { blackAndWhite, bmp, gif, jpeg, png, tiff, webp } from "../samples/maker/images.ts";
import { docx } from "../samples/maker/office.ts";
import { drawPage, type GrayPage } from "../samples/maker/page.ts";
import { pdf } from "../samples/maker/pdf.ts";
import { zip } from "../samples/maker/zip.ts";

const dotsPerInch = 200;

export interface GoodDocument {
  key: string;
  bytes: Uint8Array;
  /** The pages' lines, parted by form feeds. */
  text: string;
}

const draw = (lines: string[]): GrayPage => drawPage(lines, { paper: "a6", dotsPerInch, points: 10 });

const linesOf = (title: string) => [
  title,
  "was received on the third of May,",
  "read aloud and entered in the book.",
];

type Maker = (title: string) => Promise<{ extension: string; bytes: Uint8Array; pages: string[][] }>;

const onePage =
  (extension: string, encode: (page: GrayPage) => Uint8Array | Promise<Uint8Array>): Maker =>
  async (title) => ({ extension, bytes: await encode(draw(linesOf(title))), pages: [linesOf(title)] });

const makers: Maker[] = [
  onePage("png", (page) => png(page, dotsPerInch, 1)),
  onePage("jpg", (page) => jpeg(page, dotsPerInch, 80)),
  onePage("bmp", (page) => bmp(page, dotsPerInch)),
  onePage("webp", (page) => webp(page, dotsPerInch, 80)),
  onePage("gif", (page) => gif(page, dotsPerInch)),
  async (title) => {
    const pages = [linesOf(`${title}, first leaf,`), linesOf(`${title}, second leaf,`)];
    return {
      extension: "tif",
      bytes: tiff(
        pages.map((lines) => blackAndWhite(draw(lines))),
        dotsPerInch,
      ),
      pages,
    };
  },
  async (title) => {
    const pages = [linesOf(`${title}, typed,`), linesOf(`${title}, scanned,`)];
    const [typed = [], scanned = []] = pages;
    const image = blackAndWhite(draw(scanned));
    const bytes = await pdf(
      [
        { kind: "text", lines: typed, face: "times" },
        { kind: "group4", image, dotsPerInch },
      ],
      title,
    );
    return { extension: "pdf", bytes, pages };
  },
  async (title) => {
    const pages = [linesOf(`${title}, typed,`), linesOf(`${title}, a picture,`)];
    const [paragraphs = [], pictured = []] = pages;
    const bytes = docx({ paragraphs, pictures: [png(draw(pictured), dotsPerInch, 1)] });
    return { extension: "docx", bytes, pages };
  },
  async (title) => {
    const html = `<!doctype html>${linesOf(title)
      .map((line) => `<p>${line}`)
      .join("\n")}`;
    return { extension: "html", bytes: Buffer.from(html), pages: [linesOf(title)] };
  },
];

const ordinals = [
  "first",
  "second",
  "third",
  "fourth",
  "fifth",
  "sixth",
  "seventh",
  "eighth",
  "ninth",
  "tenth",
];

/** `count` documents, all different, of all formats in turn, in a few folders. */
export async function goodDocuments(count: number): Promise<GoodDocument[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const title = `The ${ordinals[index % 10]} letter in folder ${Math.floor(index / 10) + 10}`;
      const make = makers[index % makers.length];
      if (make === undefined) throw new Error("There is a maker for every index.");
      const { extension, bytes, pages } = await make(title);
      const key = `box ${Math.floor(index / 50)}/letter-${index}.${extension}`;
      return { key, bytes, text: pages.map((lines) => lines.join("\n")).join("\f") };
    }),
  );
}

/** Names that break shells, URLs, Markdown and HTML; the documents in them are good ones. */
export async function hostileNames(): Promise<GoodDocument[]> {
  const names = ["a <b>bold</b>.png", `it's "quoted".png`, "100%25.png", "c#1?x=1&y.png", "back\\slash.png"];
  const more = [
    "new\nline.png",
    "a+b c.png",
    "`id` $(id) | *x* _y_.png",
    "same.pdf.png",
    "same.png",
    "\u{1f4dc} ñandú ﬁ.png",
  ];
  const lines = linesOf("A note");
  const bytes = png(draw(lines), dotsPerInch, 1);
  return [...names, ...more].map((key) => ({ key, bytes, text: lines.join("\n") }));
}

export interface HostileDocument {
  key: string;
  status: "failed" | "skipped";
  reason: Reason;
  make(path: string): Promise<unknown>;
}

const holding = (bytes: Uint8Array | string) => (path: string) => writeFile(path, bytes);

export async function hostileDocuments(): Promise<HostileDocument[]> {
  const lines = linesOf("A good page");
  const image = draw(lines);
  const letter = docx({ paragraphs: lines });
  const scan = await pdf([{ kind: "group4", image: blackAndWhite(image), dotsPerInch }], "scan");
  const fail = (key: string, reason: Reason, make: HostileDocument["make"]): HostileDocument => ({
    key,
    status: "failed",
    reason,
    make,
  });
  const skip = (key: string, reason: Reason, make: HostileDocument["make"]): HostileDocument => ({
    key,
    status: "skipped",
    reason,
    make,
  });
  return [
    fail("hostile/empty.pdf", "empty", holding("")),
    fail("hostile/zeros.png", "unsupported-format", holding(new Uint8Array(5000))),
    fail("hostile/garbage.pdf", "unsupported-format", holding("no pdf at all ".repeat(100))),
    fail("hostile/cut-off.pdf", "corrupt", holding(scan.subarray(0, scan.length / 3))),
    fail("hostile/locked.pdf", "encrypted", async (path) => writeFile(path, await lockedPdf())),
    fail("hostile/header-only.pdf", "corrupt", holding("%PDF-1.7\n%%EOF\n")),
    fail("hostile/enormous.png", "too-large", holding(enormousPng())),
    fail("hostile/cut-off.png", "corrupt", holding(png(image, dotsPerInch, 8).subarray(0, 40))),
    fail("hostile/cut-off.jpg", "corrupt", holding((await jpeg(image, dotsPerInch)).subarray(0, 30))),
    fail("hostile/cut-off.gif", "corrupt", holding((await gif(image, dotsPerInch)).subarray(0, 60))),
    fail("hostile/cut-off.webp", "corrupt", holding((await webp(image, dotsPerInch)).subarray(0, 60))),
    fail("hostile/cut-off.bmp", "corrupt", holding(bmp(image, dotsPerInch).subarray(0, 60))),
    fail(
      "hostile/no-pages.tif",
      "corrupt",
      holding(Buffer.from("49492a000000000000000000000000000000", "hex")),
    ),
    fail(
      "hostile/outside.tif",
      "corrupt",
      holding(Buffer.from("49492a00ffffff7f00000000000000000000", "hex")),
    ),
    fail("hostile/bomb.docx", "too-large", async (path) => writeFile(path, zipBomb())),
    fail("hostile/liar.docx", "corrupt", async (path) => writeFile(path, lyingZip())),
    fail("hostile/cut-off.docx", "corrupt", holding(letter.subarray(0, letter.length - 50))),
    fail("hostile/locked.docx", "encrypted", holding(ole({ EncryptedPackage: 5000 }))),
    fail("hostile/no-text.doc", "corrupt", holding(ole({ WordDocument: 5000 }))),
    fail("hostile/renamed.doc", "unsupported-format", holding(ole({ Workbook: 5000 }))),
    fail("hostile/cut-off.rtf", "corrupt", holding("{\\rtf1{\\fonttbl{\\f0 A;}}cut")),
    fail("hostile/binary.txt", "unsupported-format", holding("text\0\x01\x02 and more")),
    fail("hostile/link-out.png", "access-denied", (path) => symlink("/etc/hostname", path)),
    fail("hostile/broken-link.png", "not-found", (path) => symlink("nowhere", path)),
    fail("hostile/unreadable.png", "access-denied", async (path) => {
      await writeFile(path, "x");
      await chmod(path, 0);
    }),
    skip("hostile/link-to-folder", "unsupported-format", (path) => symlink(".", path)),
    skip("hostile/pipe", "unsupported-format", async (path) => execFileSync("mkfifo", [path])),
    skip("hostile/.DS_Store", "unsupported-format", holding("\0\0\0\x01Bud1")),
    skip(
      "hostile/table.xlsx",
      "unsupported-format",
      holding(zip([{ name: "xl/workbook.xml", content: "" }])),
    ),
    skip("hostile/notes.md", "unsupported-format", holding("# Notes\n")),
  ];
}

/** Three pages of which the second one's strip lies outside the file. */
export function tiffWithCorruptPage(): GoodDocument {
  const [first, second, third] = ["First", "Second", "Third"].map((name) => linesOf(`${name} page`));
  const pages = [first, second, third].map((lines = []) => blackAndWhite(draw(lines)));
  const bytes = tiff(pages, dotsPerInch);
  const secondDirectoryAt = bytes.readUInt32LE(8 + 2 + 12 * bytes.readUInt16LE(8));
  for (let entry = 0; entry < bytes.readUInt16LE(secondDirectoryAt); entry++) {
    const at = secondDirectoryAt + 2 + entry * 12;
    const stripOffsets = 273;
    if (bytes.readUInt16LE(at) === stripOffsets) bytes.writeUInt32LE(0x7fffffff, at + 8);
  }
  return {
    key: "hostile/corrupt-page.tif",
    bytes,
    text: [first?.join("\n"), "", third?.join("\n")].join("\f"),
  };
}

/** A few bytes that claim 900 megapixels. */
function enormousPng(): Uint8Array {
  const small = png({ width: 8, height: 8, gray: new Uint8Array(64) }, dotsPerInch, 1);
  small.writeUInt32BE(30_000, 16);
  small.writeUInt32BE(30_000, 20);
  return small;
}

/** Some 600 KB that expand to as many MB. */
function zipBomb(): Uint8Array {
  const content = Buffer.alloc(100 * 2 ** 20);
  return zip(Array.from({ length: 6 }, (_, index) => ({ name: `word/document${index}.xml`, content })));
}

/** Expands to far more than its directory says. */
const lyingZip = () =>
  zip([{ name: "word/document.xml", content: Buffer.alloc(50 * 2 ** 20, "<w:p/>"), claimedBytes: 100 }]);

/** An OLE file with streams of so many zeros. */
function ole(streams: Record<string, number>): Uint8Array {
  const container = utils.cfb_new();
  for (const [name, bytes] of Object.entries(streams)) {
    utils.cfb_add(container, `/${name}`, Buffer.alloc(bytes));
  }
  return Buffer.from(write(container, { type: "buffer" }));
}

async function lockedPdf(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage().drawText("secret");
  await document.encrypt({ userPassword: "open sesame", ownerPassword: "owner" });
  return document.save({ useObjectStreams: false });
}

export async function putDocument(folder: string, key: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, key)), { recursive: true });
  await writeFile(join(folder, key), bytes);
}
