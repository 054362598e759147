/** In pixels of the page's image as it is seen, from its top left corner. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Word {
  text: string;
  /** Tesseract's, 0 to 100. */
  confidence: number;
  /** Level, also where its line is not: of the word's own size, its middle where the word's middle is. */
  box: Box;
}

/** A line of text, in reading order. */
export interface TextLine {
  startsParagraph: boolean;
  words: Word[];
}

/** By how many degrees clockwise an image has to be turned for its text to be upright. */
export type QuarterTurn = 0 | 90 | 180 | 270;

/** What was recognised on a page and where. */
export interface PageWords {
  /** Of the image that the boxes lie on. */
  width: number;
  height: number;
  /** Of that image; `undefined` when the document does not tell. */
  dotsPerInch: number | undefined;
  turn: QuarterTurn;
  lines: TextLine[];
}
