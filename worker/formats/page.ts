import type { Reason } from "../contract.ts";
import type { Picture } from "./picture.ts";

/** Eight bits a pixel, 0 is black, row after row without padding. */
export interface GreyImage {
  width: number;
  height: number;
  pixels: Uint8Array;
  /** `undefined` when the document does not tell, or tells what cannot be. */
  dotsPerInch: number | undefined;
}

/** Tesseract reads nothing of an image with a longer side, and does not say so. */
export const mostPixelsASide = 32_767;

export interface Refusal {
  outcome: "refused";
  reason: Reason;
  message: string;
}

/** What a page holds: real text, or an image to recognise. */
export type PageContent =
  | { outcome: "text"; text: string; isEarlierOcr?: boolean }
  | { outcome: "image"; image: GreyImage }
  | Refusal;

/** A document whose pages can be read in any order, each as often as wanted, always with the same content. */
export interface OpenDocument {
  format: string;
  pages: number;
  /** `index` from 0. */
  page(index: number): Promise<PageContent>;
  /** The page as a picture in its colours, if it is one. */
  picture(index: number): Promise<Picture | undefined>;
  close(): void;
}

export type Opening = { outcome: "opened"; document: OpenDocument } | Refusal;

export const refuse = (reason: Reason, message: string): Refusal => ({ outcome: "refused", reason, message });
