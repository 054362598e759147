import { fileURLToPath } from "node:url";
import { createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import type { GreyImage } from "../../../worker/formats/page.ts";
import { findLanguageData } from "../../../worker/languages.ts";
import { startRecogniser } from "../../../worker/ocr.ts";
import { recognisePage } from "../../../worker/recognition/recognise-page.ts";
import { characterErrors } from "../../support/accuracy.ts";

const texts: [name: string, languages: string[], lines: string[]][] = [
  [
    "English",
    ["eng"],
    [
      "The keeper wrote down each evening which ships had passed the cape.",
      "In June the fog lay for eleven days.",
    ],
  ],
  [
    "Russian",
    ["rus"],
    [
      "Смотритель каждый вечер записывал корабли, прошедшие мимо мыса.",
      "В июне туман стоял одиннадцать дней подряд.",
    ],
  ],
  [
    "German",
    ["deu"],
    [
      "Der Wärter schrieb jeden Abend auf, welche Schiffe vorüberfuhren.",
      "Im Juni lag elf Tage lang Nebel über der Küste.",
    ],
  ],
  [
    "Greek",
    ["ell"],
    [
      "Ο φύλακας έγραφε κάθε βράδυ ποια πλοία πέρασαν από το ακρωτήρι.",
      "Τον Ιούνιο η ομίχλη κράτησε έντεκα ημέρες.",
    ],
  ],
  [
    "Chinese",
    ["chi_sim"],
    ["灯塔的看守人每天晚上都记下经过海角的船只。", "六月的雾持续了十一天，钟声一直没有停止。"],
  ],
  [
    "English and Russian",
    ["eng", "rus"],
    ["The keeper wrote it down in two languages.", "Смотритель записывал это на двух языках."],
  ],
];

const fonts = [
  "source-sans-3/files/source-sans-3-latin",
  "source-sans-3/files/source-sans-3-cyrillic",
  "source-sans-3/files/source-sans-3-greek",
  "noto-sans-sc/files/noto-sans-sc-chinese-simplified",
].map((font) => {
  const family = font.replace(/^.*\//, "");
  const url = import.meta.resolve(`@fontsource/${font}-400-normal.woff2`);
  if (!GlobalFonts.registerFromPath(fileURLToPath(url), family)) throw new Error(`No font ${url}.`);
  return `"${family}"`;
});

function drawn(lines: string[]): GreyImage {
  const [width, height] = [1400, 300];
  const context = createCanvas(width, height).getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "black";
  context.font = `34px ${fonts.join(", ")}`;
  lines.forEach((line, index) => void context.fillText(line, 60, 100 + index * 60));
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 255);
  return { width, height, pixels, dotsPerInch: 200 };
}

const isMissing = async (language: string) => (await findLanguageData(language)).outcome === "missing";

describe("text is read in", () => {
  test.for(texts)("%s", async ([, languages, lines], { skip }) => {
    for (const language of languages)
      skip(await isMissing(language), `no data for ${language} on this machine`);
    const recogniser = await startRecogniser(languages);
    const { text } = await recognisePage(recogniser, drawn(lines));
    await recogniser.close();
    const { errors, characters } = characterErrors(text, lines.join("\n"));
    expect(errors / characters, text).toBeLessThan(0.03);
  });
});

test("Chinese has no spaces between its words", async ({ skip }) => {
  skip(await isMissing("chi_sim"), "no data for chi_sim on this machine");
  const recogniser = await startRecogniser(["chi_sim"]);
  const { text } = await recognisePage(recogniser, drawn(["灯塔的看守人每天晚上都记下经过海角的船只。"]));
  await recogniser.close();
  expect(text.trim()).not.toContain(" ");
});
