import type { Limits } from "../../worker/contract.ts";
import { openDocument } from "../../worker/formats/open.ts";
import type { GreyImage, PageContent, Refusal } from "../../worker/formats/page.ts";

export const limits: Limits = {
  documentBytes: 50 * 2 ** 20,
  documentPages: 100,
  pagePixels: 50_000_000,
  pageSeconds: 120,
};

export interface Opened {
  format: string;
  pages: PageContent[];
}

/** A document with the content of all its pages, or why there is none. */
export async function opened(bytes: Uint8Array, within: Limits = limits): Promise<Opened | Refusal> {
  // The bytes may be changed.
  const opening = await openDocument(Buffer.from(bytes), { limits: within, pdfPages: "auto" });
  if (opening.outcome === "refused") return opening;
  const { document } = opening;
  const pages: PageContent[] = [];
  for (let index = 0; index < document.pages; index++) pages.push(await document.page(index));
  document.close();
  return { format: document.format, pages };
}

/** The text of a document that is one page of it. */
export async function textIn(bytes: Uint8Array): Promise<string> {
  const document = await opened(bytes);
  const [page] = "pages" in document ? document.pages : [document];
  if (page?.outcome !== "text") throw new Error(`No text: ${JSON.stringify(page)?.slice(0, 200)}`);
  return page.text;
}

/** The only page of an image. */
export async function imageIn(bytes: Uint8Array): Promise<GreyImage> {
  const document = await opened(bytes);
  const [page] = "pages" in document ? document.pages : [document];
  if (page?.outcome !== "image") throw new Error(`No image: ${JSON.stringify(page)?.slice(0, 200)}`);
  return page.image;
}

/** How far two images of the same size are apart, in grey levels a pixel. */
export function meanDifference(
  { pixels }: { pixels: Uint8Array },
  { pixels: others }: { pixels: Uint8Array },
) {
  return pixels.reduce((sum, pixel, at) => sum + Math.abs(pixel - (others[at] ?? 0)), 0) / pixels.length;
}
