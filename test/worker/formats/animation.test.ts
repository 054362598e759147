import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { firstPicture } from "../../../worker/formats/animation.ts";
import { gif, webp } from "../../samples/maker/images.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { imageIn, meanDifference, opened } from "../../support/opened.ts";

const pages = ["The first picture", "The second one, last"].map((line) => slip([line]));
const [first] = pages;
if (first === undefined) throw new Error("There are pages.");
const { width, height } = first;
const strip = Buffer.concat(pages.map(({ gray }) => gray));

/** Both pages, one after the other. */
const animation = () =>
  sharp(strip, { raw: { width, height: height * pages.length, channels: 1, pageHeight: height } });

describe("an animation", () => {
  test.each([
    ["GIF", () => animation().gif({ colours: 4, dither: 0 }).toBuffer()],
    ["WebP", () => animation().webp({ quality: 90 }).toBuffer()],
    ["lossless WebP", () => animation().webp({ lossless: true }).toBuffer()],
  ])("of %s is its first picture", async (_, make) => {
    const bytes = await make();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const image = await imageIn(bytes);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(meanDifference(image, { pixels: first.gray })).toBeLessThan(5);
  });

  test("of thousands of large pictures costs no more than one", async () => {
    const page = { width: 4000, height: 4000, gray: new Uint8Array(4000 * 4000).fill(255) };
    const one = await gif(page, 150);
    const frames = one.subarray(one.indexOf(0x2c, 13), one.length - 1);
    const many = Buffer.concat([
      one.subarray(0, one.length - 1),
      ...Array(5000).fill(frames),
      Buffer.of(0x3b),
    ]);
    expect(Buffer.compare(firstPicture(many, "gif"), firstPicture(one, "gif"))).toBe(0);
    expect((await imageIn(many)).pixels.length).toBe(4000 * 4000);
  });

  test("that is cut off or damaged comes to an end", async () => {
    const whole = await animation().gif().toBuffer();
    for (let length = 6; length < whole.length; length += 97) {
      const document = await opened(whole.subarray(0, length));
      expect("pages" in document || document.reason === "corrupt", String(length)).toBe(true);
    }
  });
});

test("a picture that does not move stays as it is", async () => {
  const bytes = await webp(first, 150);
  expect(firstPicture(bytes, "webp")).toBe(bytes);
});
