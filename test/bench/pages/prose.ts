import * as texts from "../../samples/maker/texts.ts";
import { seededRandom } from "../../support/random.ts";

/** Running text of the samples, sentence by sentence. */
const sentences = [
  texts.lighthouseLetter,
  texts.gardenMinutes,
  texts.ferryNotice,
  texts.bridgeMemorandum,
  ...texts.wellReport,
  ...texts.weatherHandbook,
  ...texts.museumFile,
  texts.marketNews.body,
  texts.orchardRecord,
  texts.tramRules,
  texts.harbourLetter,
  texts.oilLetter,
  texts.thanksLetter,
]
  .flatMap((text) => text.split("\n"))
  .flatMap((line) => line.match(/[A-Z][^.:]{20,}[^.\d]\.(?= |$)/g) ?? [])
  .map((sentence) => sentence.trim());

/** Paragraphs of about `words` words in all, the sentences drawn at random: the same seed gives the same text. */
export function prose(seed: number, words: number): string {
  const random = seededRandom(seed);
  const paragraphs: string[] = [];
  for (let written = 0; written < words; ) {
    const drawn = Array.from(
      { length: 2 + Math.floor(random() * 5) },
      () => sentences[Math.floor(random() * sentences.length)] ?? "",
    );
    paragraphs.push(drawn.join(" "));
    written += drawn.join(" ").split(" ").length;
  }
  return paragraphs.join("\n\n");
}
