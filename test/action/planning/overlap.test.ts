import { describe, expect, test } from "vitest";
import { overlapRefusal } from "../../../action/planning/overlap.ts";

describe("refuses", () => {
  test.each([
    ["s3://scans/", "s3://scans/", "is also"],
    ["s3://scans/in/", "s3://scans/in", "is also"],
    ["s3://scans", "s3://scans/text/", "contains"],
    ["s3://scans/text/in/", "s3://scans/text/", "lies inside"],
    ["/data/scans", "/data/scans/", "is also"],
    ["/data/scans", "/data/text/../scans", "is also"],
    ["/data", "/data/text", "contains"],
    ["/", "/text", "contains"],
    ["/data/scans", "/data/scans/..text", "contains"],
    ["/data/text/in", "/data/text", "lies inside"],
    ["scans", "./scans/text", "contains"],
  ])("%s to %s: the source %s the destination", (source, destination, relation) => {
    const refusal = overlapRefusal(source, destination);
    expect(refusal).toContain(`The source ${source} ${relation} the destination ${destination}`);
    expect(refusal).toContain("Choose a destination beside the source");
  });
});

describe("accepts", () => {
  test.each([
    ["s3://scans/in/", "s3://scans/out/"],
    ["s3://scans/in/", "s3://scans/in-text/"],
    ["s3://scans/in", "s3://scans/in-text"],
    ["s3://scans/", "s3://scans-text/"],
    ["s3://scans/", "/scans"],
    ["/scans", "s3://scans/"],
    ["/data/scans", "/data/scans-text"],
    ["/data/scans", "/data/text"],
  ])("%s to %s", (source, destination) => {
    expect(overlapRefusal(source, destination)).toBeUndefined();
  });
});
