import type { GreyImage } from "../formats/page.ts";

/** Paper shows in at least a fifth of any tile of text. */
const paperQuantile = 0.8;

/**
 * The page as if it were lit evenly: each pixel relative to the paper around it, which becomes 255. A shadow, a
 * yellowed margin and grey paper vanish. `tile` is the distance in pixels over which light may change: more than a
 * line of text, so that there is paper in it.
 */
export function evenLight(image: GreyImage, tile: number): GreyImage {
  const { width, height, pixels } = image;
  const paper = paperOf(image, tile);
  const even = new Uint8Array(pixels.length);
  const row = new Float32Array(paper.columns);
  const columnOf = positions(width, tile, paper.columns);
  const rowOf = positions(height, tile, paper.rows);
  for (let y = 0; y < height; y++) {
    const above = (rowOf.first[y] ?? 0) * paper.columns;
    const below = (rowOf.second[y] ?? 0) * paper.columns;
    const down = rowOf.weight[y] ?? 0;
    for (let column = 0; column < row.length; column++) {
      row[column] =
        (paper.levels[above + column] ?? 0) * (1 - down) + (paper.levels[below + column] ?? 0) * down;
    }
    const start = y * width;
    for (let x = 0; x < width; x++) {
      const right = columnOf.weight[x] ?? 0;
      const light =
        (row[columnOf.first[x] ?? 0] ?? 0) * (1 - right) + (row[columnOf.second[x] ?? 0] ?? 0) * right;
      const level = ((pixels[start + x] ?? 0) * 255) / light;
      even[start + x] = level < 255 ? level + 0.5 : 255;
    }
  }
  return { ...image, pixels: even };
}

/** The level of the paper in each tile, at least 1. */
function paperOf({ width, height, pixels }: GreyImage, tile: number) {
  const columns = Math.ceil(width / tile);
  const rows = Math.ceil(height / tile);
  const levels = new Float32Array(columns * rows);
  const histogram = new Uint32Array(256);
  for (let index = 0; index < levels.length; index++) {
    const left = (index % columns) * tile;
    const top = Math.floor(index / columns) * tile;
    const right = Math.min(width, left + tile);
    const bottom = Math.min(height, top + tile);
    histogram.fill(0);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const level = pixels[y * width + x] ?? 0;
        histogram[level] = (histogram[level] ?? 0) + 1;
      }
    }
    levels[index] = Math.max(1, quantileOf(histogram, (right - left) * (bottom - top), paperQuantile));
  }
  return { columns, rows, levels };
}

/** The level below which the share `quantile` of the counted pixels lies. */
export function quantileOf(histogram: Uint32Array, count: number, quantile: number): number {
  let sum = 0;
  for (let level = 0; level < 256; level++) {
    sum += histogram[level] ?? 0;
    if (sum > count * quantile) return level;
  }
  return 255;
}

/** Between the middles of which two tiles each pixel of an axis lies, and how far towards the second. */
function positions(length: number, tile: number, tiles: number) {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const weight = new Float32Array(length);
  for (let pixel = 0; pixel < length; pixel++) {
    const at = Math.min(tiles - 1, Math.max(0, (pixel + 0.5) / tile - 0.5));
    first[pixel] = Math.floor(at);
    second[pixel] = Math.min(tiles - 1, Math.floor(at) + 1);
    weight[pixel] = at - Math.floor(at);
  }
  return { first, second, weight };
}
