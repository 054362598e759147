import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOfSegment, pathOfKey, segmentOfName } from "../../../worker/stores/folder-names.ts";

/** Mostly what the escapes are made of, so that names which look like them come up. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom("%", "2", "5", "E", "e", ".", "%25", "%2E", "a"), maxLength: 12 }),
  fc.string({ unit: "binary" }).map((string) => string.replaceAll(/[/\0]/g, "")),
);
const name = text.filter((candidate) => !["", ".", ".."].includes(candidate));

describe("names of files", () => {
  it("give back the segment they were made of", () => {
    fc.assert(
      fc.property(text, (segment) => {
        expect(segmentOfName(nameOfSegment(segment))).toBe(segment);
      }),
    );
  });

  it("are given back by the segment that is made of them", () => {
    fc.assert(
      fc.property(name, (each) => {
        expect(nameOfSegment(segmentOfName(each))).toBe(each);
      }),
    );
  });

  it("never lead elsewhere", () => {
    fc.assert(
      fc.property(text, (segment) => {
        expect(["", ".", ".."]).not.toContain(nameOfSegment(segment));
        expect(nameOfSegment(segment)).not.toMatch(/[/\0]/);
      }),
    );
  });

  it("keep a path below its root, as deep as the key", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (segments) => {
        const path = pathOfKey("/root", segments.join("/"));
        expect(path.split("/").slice(2).map(segmentOfName)).toEqual(segments);
      }),
    );
  });

  it.each([
    ["", "%"],
    [".", "%2E"],
    ["..", "%2E%2E"],
    ["%", "%25"],
    ["%2E", "%252E"],
    ["%252E%2E", "%25252E%2E"],
    ["...", "..."],
    ["100%", "100%"],
    ["%2e", "%2e"],
    ["a.pdf", "a.pdf"],
  ])("of the segment %j is %j", (segment, expected) => {
    expect(nameOfSegment(segment)).toBe(expected);
    expect(segmentOfName(expected)).toBe(segment);
  });
});
