import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore, parseLocation } from "../../../worker/store.ts";

describe("parseLocation", () => {
  it.each([
    ["s3://scans", "scans", ""],
    ["s3://scans/", "scans", ""],
    ["s3://scans/2024", "scans", "2024/"],
    ["s3://scans/2024/", "scans", "2024/"],
    ["s3://scans/a b/ü%20#?/", "scans", "a b/ü%20#?/"],
    ["s3://scans//double//", "scans", "/double//"],
    ["S3://scans/x", "scans", "x/"],
    ["s3://my.old-bucket.1/x", "my.old-bucket.1", "x/"],
    ["s3://scans/new\nline", "scans", "new\nline/"],
  ])("reads %j as the bucket %s and the prefix %j", (text, bucket, prefix) => {
    expect(parseLocation(text)).toEqual({ kind: "s3", bucket, prefix });
  });

  it.each(["/data/scans", "scans", "./scans", "../scans", "a:b", "s3", "with space/ü", "/s3://not"])(
    "reads %j as a folder",
    (text) => {
      expect(parseLocation(text)).toEqual({ kind: "folder", path: resolve(text) });
    },
  );

  it.each([
    ["s3://", "no valid bucket"],
    ["s3:///key", "no valid bucket"],
    ["s3://Upper/x", "no valid bucket"],
    ["s3://ab", "no valid bucket"],
    ["s3://under_score/x", "no valid bucket"],
    ["s3://-dash/x", "no valid bucket"],
    ["gs://scans/x", "gs://"],
    ["https://scans.s3.amazonaws.com/x", "https://"],
    ["file:///data", "file://"],
  ])("refuses %j and says what to write", (text, why) => {
    const refused = parseLocation(text);
    expect(refused).toEqual({ error: expect.stringContaining(why) });
    expect(refused).toEqual({ error: expect.stringContaining("s3://bucket/prefix/") });
  });
});

describe("openStore", () => {
  it("opens what the location names", () => {
    expect(openStore({ kind: "s3", bucket: "scans", prefix: "x/" }).location).toBe("s3://scans/x/");
    expect(openStore({ kind: "folder", path: "/data/scans" }).location).toBe("/data/scans/");
  });
});
