/**
 * Scans of printed pages out of Debian's source packages, fetched when they are wanted. The text of those of
 * UNLV-ISRI lies beside them; that of the others was typed from the page and lies in `truth/`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import sharp from "sharp";
import { blackAndWhite } from "../../samples/maker/images.ts";
import type { GrayPage } from "../../samples/maker/page.ts";
import { pdf } from "../../samples/maker/pdf.ts";
import { dotsPerInch, grayJpeg } from "./scans.ts";
import type { BenchDocument } from "./sets.ts";

interface Archive {
  url: string;
  sha256: string;
  /** `truth` is a path in the archive, or a file name in `truth/`. */
  scans: { path: string; truth: string; bilevel: boolean }[];
}

const testFolder = "tesseract-0.0~git20210423.3ea1099/testing";

const archives: Archive[] = [
  {
    // Apache-2.0
    url: "http://deb.debian.org/debian/pool/main/t/tesseract/tesseract_5.3.0.orig-test.tar.gz",
    sha256: "2788d27de6e448f8ffa7dd19a22c5781768440dee60a34607099f0c66d44b911",
    scans: [
      { path: `${testFolder}/8087_054.3B.tif`, truth: `${testFolder}/8087_054.3B.txt`, bilevel: true },
      { path: `${testFolder}/8087_054.3G.tif`, truth: `${testFolder}/8087_054.3B.txt`, bilevel: false },
      { path: `${testFolder}/8071_093.3B.tif`, truth: `${testFolder}/8071_093.3B.txt`, bilevel: true },
    ],
  },
];

interface Scan {
  name: string;
  bytes: Buffer;
  truth: string;
  bilevel: boolean;
}

/** The files as they are. */
export async function realScans(): Promise<BenchDocument[]> {
  return (await scans()).map(({ name, bytes, truth }) => ({ name, bytes, truth }));
}

/** A PDF of each. */
export async function realPages(): Promise<BenchDocument[]> {
  return Promise.all(
    (await scans()).map(async ({ name, bytes, truth, bilevel }) => {
      const page = await grayPageOf(bytes);
      const content = bilevel
        ? { kind: "group4" as const, image: blackAndWhite(page), dotsPerInch }
        : await grayJpeg(page);
      const stem = basename(name, extname(name));
      return { name: `${stem}.pdf`, bytes: await pdf([content], stem), truth };
    }),
  );
}

async function grayPageOf(image: Buffer): Promise<GrayPage> {
  const { data, info } = await sharp(image)
    .flatten({ background: "white" })
    .toColourspace("b-w")
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 1) throw new Error(`${info.channels} channels in a grey image`);
  return { width: info.width, height: info.height, gray: data };
}

async function scans(): Promise<Scan[]> {
  return (await Promise.all(archives.map(unpack))).flat();
}

async function unpack({ url, sha256, scans }: Archive): Promise<Scan[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const archive = Buffer.from(await response.arrayBuffer());
  const digest = createHash("sha256").update(archive).digest("hex");
  if (digest !== sha256) throw new Error(`${url} has the SHA-256 ${digest}, not ${sha256}`);
  const folder = mkdtempSync(join(tmpdir(), "textmill-real-scans-"));
  try {
    const path = join(folder, "archive");
    writeFileSync(path, archive);
    execFileSync("tar", ["--extract", "--file", path, "--directory", folder]);
    return scans.map((scan) => ({
      name: basename(scan.path),
      bytes: readFileSync(join(folder, scan.path)),
      truth: readFileSync(
        scan.truth.includes("/") ? join(folder, scan.truth) : join(import.meta.dirname, "truth", scan.truth),
        "utf8",
      ),
      bilevel: scan.bilevel,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
