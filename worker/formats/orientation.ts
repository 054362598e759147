import type { DecodedImage } from "./leptonica.ts";

/** The image as it is meant to be seen, by the orientation of TIFF and EXIF: 1 to 8. */
export function upright(image: DecodedImage, orientation: number): DecodedImage {
  const turn = turns[orientation - 2];
  if (turn === undefined) return image;
  const { width, height } = image;
  const isSideways = orientation >= 5;
  const size = { width: isSideways ? height : width, height: isSideways ? width : height };
  const turned = (samples: Uint8Array, components: number) => {
    const result = new Uint8Array(samples.length);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const [fromX, fromY] = turn(x, y, width - 1, height - 1);
        const [from, to] = [(fromY * width + fromX) * components, (y * size.width + x) * components];
        for (let at = 0; at < components; at++) result[to + at] = samples[from + at] ?? 255;
      }
    }
    return result;
  };
  return {
    ...image,
    ...size,
    pixels: turned(image.pixels, 1),
    colours: image.colours && turned(image.colours, 3),
  };
}

/** Where a pixel of the upright image is in the stored one, for the orientations 2 to 8. */
const turns: ((x: number, y: number, lastX: number, lastY: number) => [x: number, y: number])[] = [
  (x, y, lastX) => [lastX - x, y],
  (x, y, lastX, lastY) => [lastX - x, lastY - y],
  (x, y, _, lastY) => [x, lastY - y],
  (x, y) => [y, x],
  (x, y, _, lastY) => [y, lastY - x],
  (x, y, lastX, lastY) => [lastX - y, lastY - x],
  (x, y, lastX) => [lastX - y, x],
];
