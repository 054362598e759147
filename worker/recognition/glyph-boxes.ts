import type { GreyImage } from "../formats/page.ts";

/** Boxes of what may be letters, or a few letters that touch, on a reduced image. */
export interface GlyphBoxes {
  /** Of the reduced image. */
  width: number;
  height: number;
  /** Pixels of the image that one of the reduced image stands for, along a side. */
  pixelsPerUnit: number;
  count: number;
  /** The first and the last column and row of each box. */
  left: Int32Array;
  right: Int32Array;
  top: Int32Array;
  bottom: Int32Array;
}

/** An A4 page at somewhat over 100 dots per inch: letters are still apart, and half the noise of a scan is gone. */
const mostPixels = 1_300_000;

/** Pieces of ink. No page has as many letters: a screened photograph has, or noise. */
const mostPieces = 50_000;

export function glyphBoxes(image: GreyImage): GlyphBoxes {
  const reduced = reduce(image);
  return lettersOf(piecesOf(reduced, inkThresholds(reduced)), reduced);
}

type Reduced = Pick<GreyImage, "width" | "height" | "pixels"> & Pick<GlyphBoxes, "pixelsPerUnit">;

/** Each new pixel is the mean of four of the square that it stands for: all of it up to a side of two. */
function reduce({ width, height, pixels }: GreyImage): Reduced {
  const side = Math.ceil(Math.sqrt((width * height) / mostPixels));
  if (side <= 1) return { width, height, pixels, pixelsPerUnit: 1 };
  const reduced = { width: Math.floor(width / side), height: Math.floor(height / side), pixelsPerUnit: side };
  const means = new Uint8Array(reduced.width * reduced.height);
  const apart = side >> 1;
  for (let y = 0, to = 0; y < reduced.height; y++) {
    let upper = y * side * width;
    let lower = upper + apart * width;
    for (let x = 0; x < reduced.width; x++, upper += side, lower += side) {
      const sum =
        (pixels[upper] as number) +
        (pixels[upper + apart] as number) +
        (pixels[lower] as number) +
        (pixels[lower + apart] as number);
      means[to++] = sum >> 2;
    }
  }
  return { ...reduced, pixels: means };
}

/** Ink is judged within tiles of this many pixels a side: a letter's size and more, less than a shadow's. */
const tileSide = 32;

/** Paper differs by less from one pixel to the next: a tile with less contrast is empty. */
const leastContrast = 24;

interface Thresholds {
  tilesAcross: number;
  /** By tile: darker pixels are ink. */
  thresholds: Uint8Array;
}

/** Just over halfway between a tile's darkest and lightest pixel, so that half a black pixel is ink; 0 where a tile has far less contrast than others. */
function inkThresholds({ width, height, pixels }: Reduced): Thresholds {
  const tilesAcross = Math.ceil(width / tileSide);
  const tiles = tilesAcross * Math.ceil(height / tileSide);
  const darkest = new Uint8Array(tiles).fill(255);
  const lightest = new Uint8Array(tiles);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0, tile = Math.floor(y / tileSide) * tilesAcross; x < width; tile++) {
      const end = Math.min(width, x + tileSide);
      let dark = darkest[tile] as number;
      let light = lightest[tile] as number;
      for (; x < end; x++) {
        const pixel = pixels[row + x] as number;
        if (pixel < dark) dark = pixel;
        if (pixel > light) light = pixel;
      }
      darkest[tile] = dark;
      lightest[tile] = light;
    }
  }
  const contrasts = lightest.map((light, tile) => light - (darkest[tile] as number));
  const strong = contrasts.toSorted()[Math.floor(tiles * 0.95)] ?? 0;
  const enough = Math.max(leastContrast, strong / 2);
  const thresholds = contrasts.map((contrast, tile) =>
    contrast < enough ? 0 : (darkest[tile] as number) + contrast / 2 + 1,
  );
  return { tilesAcross, thresholds };
}

/** Ink that hangs together, also across corners: a forest whose roots are the pieces, each with its box. */
interface Pieces {
  count: number;
  /** A root is its own parent. */
  parent: Int32Array;
  left: Int32Array;
  right: Int32Array;
  top: Int32Array;
  bottom: Int32Array;
}

interface Runs {
  count: number;
  start: Int32Array;
  /** The last column. */
  end: Int32Array;
  piece: Int32Array;
}

function piecesOf({ width, height, pixels }: Reduced, { tilesAcross, thresholds }: Thresholds): Pieces {
  const pieces = noPieces();
  let above = noRuns(width);
  let here = noRuns(width);
  for (let y = 0; y < height; y++) {
    findRuns(here, pixels, y * width, thresholds, Math.floor(y / tileSide) * tilesAcross, width);
    if (pieces.count + here.count > mostPieces) return noPieces();
    for (let run = 0, near = 0; run < here.count; run++) near = joinRun(pieces, here, run, above, near, y);
    [above, here] = [here, above];
  }
  return pieces;
}

const noPieces = (): Pieces => ({
  count: 0,
  parent: new Int32Array(mostPieces),
  left: new Int32Array(mostPieces),
  right: new Int32Array(mostPieces),
  top: new Int32Array(mostPieces),
  bottom: new Int32Array(mostPieces),
});

const noRuns = (width: number): Runs => ({
  count: 0,
  start: new Int32Array(width),
  end: new Int32Array(width),
  piece: new Int32Array(width),
});

/** Of one row of pixels, with the thresholds of its row of tiles. */
function findRuns(
  runs: Runs,
  pixels: Uint8Array,
  rowStart: number,
  thresholds: Uint8Array,
  firstTile: number,
  width: number,
): void {
  let count = 0;
  let isInk = false;
  for (let x = 0, tile = firstTile; x < width; tile++) {
    const tileEnd = Math.min(width, x + tileSide);
    const threshold = thresholds[tile] as number;
    if (threshold === 0) {
      if (isInk) runs.end[count++] = x - 1;
      isInk = false;
      x = tileEnd;
    }
    for (; x < tileEnd; x++) {
      const isInkHere = (pixels[rowStart + x] as number) < threshold;
      if (isInkHere === isInk) continue;
      if (isInkHere) runs.start[count] = x;
      else runs.end[count++] = x - 1;
      isInk = isInkHere;
    }
  }
  if (isInk) runs.end[count++] = width - 1;
  runs.count = count;
}

/** Adds a run to the pieces that it touches in the row above. Returns the first run above the next one may touch. */
function joinRun(pieces: Pieces, here: Runs, run: number, above: Runs, from: number, y: number): number {
  const start = here.start[run] as number;
  const end = here.end[run] as number;
  let near = from;
  while (near < above.count && (above.end[near] as number) < start - 1) near++;
  let piece = -1;
  for (let touched = near; touched < above.count && (above.start[touched] as number) <= end + 1; touched++) {
    const root = rootOf(pieces, above.piece[touched] as number);
    piece = piece === -1 ? root : unite(pieces, piece, root);
  }
  here.piece[run] = piece === -1 ? addPiece(pieces, start, end, y) : piece;
  if (piece !== -1) {
    pieces.left[piece] = Math.min(pieces.left[piece] as number, start);
    pieces.right[piece] = Math.max(pieces.right[piece] as number, end);
    pieces.bottom[piece] = y;
  }
  return near;
}

function addPiece(pieces: Pieces, start: number, end: number, y: number): number {
  const piece = pieces.count++;
  pieces.parent[piece] = piece;
  pieces.left[piece] = start;
  pieces.right[piece] = end;
  pieces.top[piece] = y;
  pieces.bottom[piece] = y;
  return piece;
}

function rootOf({ parent }: Pieces, piece: number): number {
  let root = piece;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root] as number] as number;
    root = parent[root] as number;
  }
  return root;
}

function unite(pieces: Pieces, one: number, other: number): number {
  if (one === other) return one;
  const [kept, merged] = one < other ? [one, other] : [other, one];
  pieces.parent[merged] = kept;
  pieces.left[kept] = Math.min(pieces.left[kept] as number, pieces.left[merged] as number);
  pieces.right[kept] = Math.max(pieces.right[kept] as number, pieces.right[merged] as number);
  pieces.top[kept] = Math.min(pieces.top[kept] as number, pieces.top[merged] as number);
  pieces.bottom[kept] = Math.max(pieces.bottom[kept] as number, pieces.bottom[merged] as number);
  return kept;
}

/** Smaller is a speck or a full stop. */
const leastLetter = 3;

/** Of the page's longer side: larger is a frame or a picture. */
const mostLetter = 0.15;

/** Longer and thinner is a rule. */
const mostAspect = 8;

function lettersOf(pieces: Pieces, { width, height, pixelsPerUnit }: Reduced): GlyphBoxes {
  const most = mostLetter * Math.max(width, height);
  const letters: number[] = [];
  for (let piece = 0; piece < pieces.count; piece++) {
    if (pieces.parent[piece] !== piece) continue;
    const across = (pieces.right[piece] as number) - (pieces.left[piece] as number) + 1;
    const down = (pieces.bottom[piece] as number) - (pieces.top[piece] as number) + 1;
    const longer = Math.max(across, down);
    const shorter = Math.min(across, down);
    if (longer >= leastLetter && shorter >= 2 && longer <= most && longer <= shorter * mostAspect)
      letters.push(piece);
  }
  const of = (edges: Int32Array) => Int32Array.from(letters, (piece) => edges[piece] as number);
  return {
    width,
    height,
    pixelsPerUnit,
    count: letters.length,
    left: of(pieces.left),
    right: of(pieces.right),
    top: of(pieces.top),
    bottom: of(pieces.bottom),
  };
}
