import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { jpeg, png } from "./images.ts";
import { docx, odt } from "./office.ts";
import { drawPage, type GrayPage } from "./page.ts";
import { pdf } from "./pdf.ts";
import { email, encode, html, linesOf, linesOfEmail, rtf } from "./written.ts";
import * as texts from "./written-texts.ts";

export interface Sample {
  bytes: Uint8Array;
  /** The lines of every page. */
  truth: string[][];
}

const dotsPerInch = 150;

/** A small page. */
export const slip = (lines: string[]): GrayPage =>
  drawPage(lines, { paper: "a6", points: 12, typeface: "serif", dotsPerInch });

const slipPng = (lines: string[]) => png(slip(lines), dotsPerInch, 1);

/** Files that nothing here can write: the samples' README says how they were made. */
export const fixed = (name: string) => readFile(join(import.meta.dirname, "fixed", name));

const herbalWithLabel = () => ({ ...texts.herbal, pictures: [slipPng(texts.herbalLabel)] });
const leaseWithReceipt = () => ({ ...texts.lease, pictures: [slipPng(texts.leaseReceipt)] });
/** Word keeps notes and headers behind the text. */
const circularTruth = () => {
  const { header, footnote, ...body } = texts.circular;
  return [...linesOf(body), footnote ?? "", header ?? ""];
};

const bulletinTruth = () => {
  const { title, paragraph, rows } = texts.bulletin;
  return [title, paragraph, ...rows.map((row) => row.join("\t"))];
};

async function orderWithAttachments() {
  const prices = await pdf([{ kind: "text", face: "times", lines: texts.orderPrices }], "Prices");
  return {
    ...texts.order,
    attachments: [
      { name: "sketch.png", type: "image/png", content: slipPng(texts.orderSketch) },
      { name: "prices.pdf", type: "application/pdf", content: prices },
      { name: "delivery.ics", type: "text/calendar", content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" },
    ],
  };
}

/** Stored on its side, as a phone does that is held upright. */
async function photographed(): Promise<Sample> {
  const upright = await jpeg(slip(texts.photographed), dotsPerInch);
  const bytes = await sharp(upright)
    .rotate(270)
    .toColourspace("b-w")
    .withMetadata({ orientation: 6, density: dotsPerInch })
    .jpeg({ quality: 60 })
    .toBuffer();
  return { bytes, truth: [texts.photographed] };
}

async function inFourInks(): Promise<Sample> {
  const bytes = await sharp(slipPng(texts.passport)).toColourspace("cmyk").jpeg({ quality: 40 }).toBuffer();
  return { bytes, truth: [texts.passport] };
}

/** Of documents whose text is not, or not only, in one picture of a page. */
export const writtenSamples: Record<string, () => Sample | Promise<Sample>> = {
  "lease.docx": () => ({
    bytes: docx(leaseWithReceipt()),
    truth: [linesOf(texts.lease), texts.leaseReceipt],
  }),
  "herbal.odt": () => ({
    bytes: odt(herbalWithLabel()),
    truth: [linesOf(texts.herbal), texts.herbalLabel],
  }),
  "circular.doc": async () => ({
    bytes: await fixed("circular.doc"),
    truth: [circularTruth(), texts.circularStamp],
  }),
  "petition.rtf": async () => ({
    bytes: rtf(texts.petition, [await jpeg(slip(texts.petitionNote), dotsPerInch, 40)]),
    truth: [texts.petition, texts.petitionNote],
  }),
  "bulletin.html": () => ({
    bytes: html(texts.bulletin, "http://pictures.example"),
    truth: [bulletinTruth()],
  }),
  "diary.txt": () => ({ bytes: encode(texts.diary.join("\r\n"), "windows-1251"), truth: [texts.diary] }),
  "order.eml": async () => {
    const order = await orderWithAttachments();
    return { bytes: email(order), truth: [linesOfEmail(order), texts.orderSketch, texts.orderPrices] };
  },
  "photographed.jpg": photographed,
  "four-inks.jpg": inFourInks,
  "fax-group-3.tif": async () => ({ bytes: await fixed("fax-group-3.tif"), truth: [texts.faxed] }),
  "survey.jp2": async () => ({ bytes: await fixed("survey.jp2"), truth: [texts.surveyed] }),
};
