import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { count, counted, duration, fileSize, percent, rate, usd } from "../../../action/report/numbers.ts";

test.each([
  { value: 0, expected: "0 pages" },
  { value: 1, expected: "1 page" },
  { value: 3_500_000, expected: "3,500,000 pages" },
])("counted: $expected", ({ value, expected }) => {
  expect(counted(value, "page")).toBe(expected);
});

test("count rounds", () => {
  expect(count(1234.5)).toBe("1,235");
});

test.each([
  { value: 0, expected: "0" },
  { value: 0.044, expected: "0.04" },
  { value: 3.25, expected: "3.3" },
  { value: 15.4, expected: "15" },
  { value: 1204, expected: "1,204" },
])("rate: $value is $expected", ({ value, expected }) => {
  expect(rate(value)).toBe(expected);
});

describe("percent", () => {
  test.each([
    { part: 0, whole: 0, expected: "0%" },
    { part: 0, whole: 5, expected: "0%" },
    { part: 5, whole: 5, expected: "100%" },
    { part: 1, whole: 3, expected: "33.3%" },
    { part: 1, whole: 200, expected: "0.5%" },
    { part: 999, whole: 1000, expected: "99.9%" },
    { part: 1, whole: 1_000_000, expected: "less than 0.01%" },
    { part: 999_999, whole: 1_000_000, expected: "more than 99.99%" },
  ])("$part of $whole is $expected", ({ part, whole, expected }) => {
    expect(percent(part, whole)).toBe(expected);
  });

  test("never says none of some, or all of less", () => {
    const counts = fc
      .integer({ min: 2, max: 1e9 })
      .chain((whole) =>
        fc.record({ whole: fc.constant(whole), part: fc.integer({ min: 1, max: whole - 1 }) }),
      );
    fc.assert(fc.property(counts, ({ part, whole }) => !["0%", "100%"].includes(percent(part, whole))));
  });
});

describe("usd", () => {
  test.each([
    { value: 0, expected: "$0.00" },
    { value: 0.00001, expected: "less than $0.0001" },
    { value: 0.0004, expected: "$0.0004" },
    { value: 0.00456, expected: "$0.0046" },
    { value: 0.06, expected: "$0.06" },
    { value: 0.0634, expected: "$0.063" },
    { value: 0.0999, expected: "$0.10" },
    { value: 12.344, expected: "$12.34" },
    { value: 999.99, expected: "$999.99" },
    { value: 999.996, expected: "$1,000" },
    { value: 1234.4, expected: "$1,234" },
  ])("$value is $expected", ({ value, expected }) => {
    expect(usd(value)).toBe(expected);
  });

  test("is within six percent of the amount, and never nothing for something", () => {
    const amounts = fc.double({ min: 0.0001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(amounts, (amount) => {
        const shown = Number(usd(amount).replace(/[$,]/g, ""));
        return shown > 0 && Math.abs(shown - amount) <= amount * 0.06;
      }),
    );
  });
});

test.each([
  { seconds: 0, expected: "0.0 s" },
  { seconds: 4.21, expected: "4.2 s" },
  { seconds: 9.96, expected: "10 s" },
  { seconds: 59.4, expected: "59 s" },
  { seconds: 59.6, expected: "1 min" },
  { seconds: 3599, expected: "1 h" },
  { seconds: 12_000, expected: "3 h 20 min" },
  { seconds: 190_800, expected: "2 d 5 h" },
])("duration: $seconds seconds are $expected", ({ seconds, expected }) => {
  expect(duration(seconds)).toBe(expected);
});

test.each([
  { bytes: 0, expected: "0 B" },
  { bytes: 1023, expected: "1,023 B" },
  { bytes: 1024, expected: "1 KiB" },
  { bytes: 4300, expected: "4.2 KiB" },
  { bytes: 1024 * 1024 - 1, expected: "1 MiB" },
  { bytes: 120 * 1024 ** 2, expected: "120 MiB" },
  { bytes: 1.5 * 1024 ** 4, expected: "1.5 TiB" },
  { bytes: 5000 * 1024 ** 4, expected: "5,000 TiB" },
])("fileSize: $bytes bytes are $expected", ({ bytes, expected }) => {
  expect(fileSize(bytes)).toBe(expected);
});
