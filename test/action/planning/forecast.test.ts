import { expect, test } from "vitest";
import {
  defaultRates,
  forecastOf,
  predictedCpuSeconds,
  type WorkRates,
} from "../../../action/planning/forecast.ts";

const mebibyte = 1024 * 1024;

test.each([
  ["a.png", "png"],
  ["a.JPG", "jpeg"],
  ["scans/a.jpeg", "jpeg"],
  ["a.tif", "tiff"],
  ["a.Tiff", "tiff"],
  ["a.b.pdf", "pdf"],
  ["a.jp2", "jpeg2000"],
  ["a.DOCX", "office"],
  ["a.doc", "office"],
  ["a.eml", "office"],
  ["a.htm", "text"],
  ["a.txt", "text"],
  ["pdf", "pdf"],
  ["a", "other"],
  ["a.pdf/b", "other"],
  ["a.constructor", "other"],
  ["a.pdf\n", "other"],
] as const)("the document %j is worked at the rate of %s", (key, family) => {
  const { fixedSeconds, secondsPerMiB } = defaultRates[family];
  expect(predictedCpuSeconds({ key, bytes: 2 * mebibyte })).toBeCloseTo(fixedSeconds + 2 * secondsPerMiB);
});

test("an empty document costs its fixed seconds", () => {
  expect(predictedCpuSeconds({ key: "a.pdf", bytes: 0 })).toBe(defaultRates.pdf.fixedSeconds);
});

test("other rates can be given", () => {
  const rates: WorkRates = { ...defaultRates, gif: { fixedSeconds: 10, secondsPerMiB: 1 } };
  expect(predictedCpuSeconds({ key: "a.gif", bytes: 3 * mebibyte }, rates)).toBe(13);
});

test("a forecast says what it is based on", () => {
  expect(forecastOf({ cpuSeconds: 12 })).toEqual({ basis: "defaults", cpuSeconds: 12 });
});
