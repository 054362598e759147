import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys } from "../../../worker/stores/interface.ts";
import { hostileKeys } from "../../support/hostile-keys.ts";

/** Few characters, one of each length in UTF-8 and around the surrogates, so that keys share beginnings. */
const similar = fc.string({
  unit: fc.constantFrom(
    "a",
    "b",
    "/",
    "\u00e9",
    "\ud7ff",
    "\ue000",
    "\uffee",
    "\u{10000}",
    "\u{1f4c4}",
    "\u{10ffff}",
  ),
});
const key = fc.oneof(similar, fc.string({ unit: "binary" }), fc.constantFrom(...hostileKeys));

describe("compareKeys", () => {
  it("orders any two keys as their UTF-8 bytes are ordered", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2_000 },
    );
  });
});
