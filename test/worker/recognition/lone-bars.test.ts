import { describe, expect, it } from "vitest";
import { readLoneBars } from "../../../worker/recognition/lone-bars.ts";

const box = { left: 0, top: 0, right: 10, bottom: 10 };

function read(text: string): string {
  const words = text.split(" ").map((word) => ({ text: word, confidence: 90, box }));
  return readLoneBars([{ startsParagraph: true, words }])
    .flatMap((line) => line.words.map((word) => word.text))
    .join(" ");
}

describe("a bar", () => {
  it.each([
    ["When | saw it", "When I saw it"],
    ["| had and | lost", "I had and I lost"],
    ["“| think so", "“I think so"],
    ["and |’ll go, |'m here", "and I’ll go, I'm here"],
  ])("that stands for the pronoun is read as one: %s", (text, pronoun) => {
    expect(read(text)).toBe(pronoun);
  });

  it.each(["Home | About | Help", "12 | 14 | 19", "a || b", "the end |", "| Name | amount | total", "x|y"])(
    "that parts columns or stands for itself stays: %s",
    (text) => {
      expect(read(text)).toBe(text);
    },
  );
});
