import { fileURLToPath } from "node:url";
import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { png } from "../samples/maker/images.ts";

const lines = [
  "Первые утки на берегу, лёд потемнел.",
  "Почту привезли на санях, три письма",
  "и газеты за неделю. Ветер с юга,",
  "к вечеру дождь. Чинили крышу сарая,",
  "гвоздей хватило. Через реку больше",
  "не ходим, ждём парома и хлеба.",
];

/** An image of Russian text at 200 dots an inch. */
export function cyrillicPage(): Buffer {
  const [width, height] = [1100, 700];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "black";
  for (const part of ["cyrillic", "latin"]) {
    const url = import.meta.resolve(`@fontsource/pt-serif/files/pt-serif-${part}-400-normal.woff2`);
    if (!GlobalFonts.registerFromPath(fileURLToPath(url), `Russian ${part}`))
      throw new Error(`no font ${url}`);
  }
  context.font = '34px "Russian cyrillic", "Russian latin"';
  for (const [index, line] of lines.entries()) context.fillText(line, 120, 120 + index * 60);
  const { data } = context.getImageData(0, 0, width, height);
  const gray = Uint8Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 255);
  return png({ width, height, gray }, 200, 8);
}
