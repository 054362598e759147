import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { s3Store } from "../../../worker/stores/s3.ts";
import { all } from "./store-contract.ts";

const s3 = mockClient(S3Client);
const store = s3Store({ bucket: "scans", prefix: "in box/" });

beforeEach(() => s3.reset());
afterAll(() => s3.restore());

/** An error as the SDK throws it: its name is S3's code. */
const answer = (name: string, message = "as S3 says it") => Object.assign(new Error(message), { name });

describe("listing a prefix of S3", () => {
  const time = new Date("2026-01-01T00:00:00Z");
  const listed = (Key: string) => ({ Key, Size: 5, ETag: '"etag"', LastModified: time });

  it("goes on to the last of three pages, and gives the keys as they are within the prefix", async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({
        EncodingType: "url",
        IsTruncated: true,
        NextContinuationToken: "second",
        Contents: [listed("in+box/"), listed("in+box/a+b%2Bc%2520%0A.pdf")],
      })
      .resolvesOnce({ EncodingType: "url", IsTruncated: true, NextContinuationToken: "third" })
      .resolvesOnce({
        EncodingType: "url",
        IsTruncated: false,
        Contents: [listed("in%20box/%F0%9F%93%84.pdf")],
      });

    expect(await all(store.list("a"))).toEqual([
      { key: "a b+c%20\n.pdf", bytes: 5, etag: '"etag"', lastModified: time },
      { key: "\u{1f4c4}.pdf", bytes: 5, etag: '"etag"', lastModified: time },
    ]);
    const asked = s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input);
    expect(asked.map(({ ContinuationToken }) => ContinuationToken)).toEqual([undefined, "second", "third"]);
    expect(asked.every(({ Bucket, Prefix }) => Bucket === "scans" && Prefix === "in box/a")).toBe(true);
  });

  it("does not ask for a page before the one before is used up", async () => {
    s3.on(ListObjectsV2Command).resolves({ NextContinuationToken: "next", Contents: [listed("in box/a")] });
    for await (const _ of store.list()) break;
    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(1);
  });

  it("takes keys as they are when the service does not encode them", async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [listed("in box/100% a+b.pdf")] });
    expect(await all(store.list())).toMatchObject([{ key: "100% a+b.pdf" }]);
  });

  it("fails when more is announced than can be asked for, since documents would be missed", async () => {
    s3.on(ListObjectsV2Command).resolves({ IsTruncated: true, Contents: [listed("in box/a")] });
    await expect(all(store.list())).rejects.toMatchObject({ code: "broken" });
  });

  it.each([
    ["AccessDenied", "access-denied", "s3:ListBucket"],
    ["NoSuchBucket", "broken", "scans"],
    ["ExpiredToken", "access-denied", "credentials"],
    ["SlowDown", "broken", "SlowDown: as S3 says it"],
  ])("fails with what to do when S3 says %s", async (name, code, hint) => {
    s3.on(ListObjectsV2Command).rejects(answer(name));
    await expect(all(store.list())).rejects.toMatchObject({ code, message: expect.stringContaining(hint) });
  });
});

describe("reading an object of S3", () => {
  const download = () => store.download("a.pdf", "/dev/null", { etag: '"etag"', maxBytes: 100 });

  it.each([
    ["NoSuchKey", "not-found", '"a.pdf"'],
    ["AccessDenied", "access-denied", "s3:GetObject"],
    ["InvalidObjectState", "access-denied", "Restore"],
    ["PreconditionFailed", "changed", '"a.pdf"'],
  ])("refuses the one key when S3 says %s", async (name, outcome, hint) => {
    s3.on(GetObjectCommand).rejects(answer(name));
    expect(await store.read("a.pdf")).toEqual({ outcome, message: expect.stringContaining(hint) });
    expect(await download()).toEqual({ outcome, message: expect.stringContaining(hint) });
  });

  it.each([
    ["NoSuchBucket", "broken"],
    ["InvalidAccessKeyId", "access-denied"],
    ["SlowDown", "broken"],
  ])("fails as a whole when S3 says %s", async (name, code) => {
    s3.on(GetObjectCommand).rejects(answer(name));
    await expect(store.read("a.pdf")).rejects.toMatchObject({
      code,
      message: expect.stringContaining("scans"),
    });
    await expect(download()).rejects.toMatchObject({ code });
  });

  it("downloads only what was listed", async () => {
    s3.on(GetObjectCommand).rejects(answer("PreconditionFailed"));
    await download();
    const { Key, IfMatch } = s3.commandCalls(GetObjectCommand)[0]?.args[0].input ?? {};
    expect({ Key, IfMatch }).toEqual({ Key: "in box/a.pdf", IfMatch: '"etag"' });
  });

  it("fails when the body is shorter than announced, though the connection was closed in good order", async () => {
    const Body = () => Readable.from([Buffer.from("half")]) as GetObjectCommandOutput["Body"];
    s3.on(GetObjectCommand).callsFake(() => ({ Body: Body(), ContentLength: 8, ETag: '"etag"' }));
    const error = { code: "broken", message: expect.stringContaining("after 4 of 8 bytes") };
    await expect(store.read("a.pdf")).rejects.toMatchObject(error);
    await expect(download()).rejects.toMatchObject(error);
  });

  it("does not ask S3 for a key that it cannot have", async () => {
    const whole = s3Store({ bucket: "scans", prefix: "" });
    for (const key of ["", "half \ud83d", "x".repeat(1025)])
      expect(await whole.read(key)).toMatchObject({ outcome: "not-found" });
    expect(s3.calls()).toEqual([]);
  });
});

describe("writing an object to S3", () => {
  const claim = () => store.write("claim", "text", { ifAbsent: true });

  it("is conditional only when that is asked for", async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"etag"' });
    expect(await claim()).toEqual({ outcome: "written", etag: '"etag"' });
    expect(await store.write("claim", "text")).toEqual({ outcome: "written", etag: '"etag"' });
    const conditions = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.IfNoneMatch);
    expect(conditions).toEqual(["*", undefined]);
  });

  it("says exists when S3 says that the key is taken", async () => {
    s3.on(PutObjectCommand).rejects(answer("PreconditionFailed"));
    expect(await claim()).toEqual({ outcome: "exists" });
  });

  it("tries again when two conditional writes meet, until one of them has won", async () => {
    s3.on(PutObjectCommand)
      .rejectsOnce(answer("ConditionalRequestConflict"))
      .rejectsOnce(answer("ConditionalRequestConflict"))
      .resolvesOnce({ ETag: '"etag"' })
      .rejectsOnce(answer("ConditionalRequestConflict"))
      .rejects(answer("PreconditionFailed"));
    expect(await claim()).toEqual({ outcome: "written", etag: '"etag"' });
    expect(await claim()).toEqual({ outcome: "exists" });
  });

  it("fails when conditional writes meet again and again", async () => {
    s3.on(PutObjectCommand).rejects(answer("ConditionalRequestConflict"));
    await expect(claim()).rejects.toMatchObject({ code: "broken" });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(5);
  });

  it.each([
    ["AccessDenied", "access-denied", "s3:PutObject"],
    ["NoSuchBucket", "broken", "scans"],
    ["SlowDown", "broken", "SlowDown"],
  ])(
    "fails as a whole when S3 says %s, also for content that comes piece by piece",
    async (name, code, hint) => {
      s3.on(PutObjectCommand).rejects(answer(name));
      const error = { code, message: expect.stringContaining(hint) };
      await expect(store.write("a.txt", "text")).rejects.toMatchObject(error);
      await expect(store.write("a.txt", pieces("text"))).rejects.toMatchObject(error);
      expect(s3.commandCalls(CompleteMultipartUploadCommand)).toEqual([]);
    },
  );

  it("refuses a key that S3 cannot have, counting the prefix, without asking", async () => {
    s3.on(PutObjectCommand).resolves({});
    const refused = await store.write(`${"\u00e9".repeat(508)}xy`, "text");
    expect(refused).toMatchObject({
      outcome: "unwritable-name",
      message: expect.stringContaining("1025 bytes"),
    });
    expect(s3.calls()).toEqual([]);
    expect(await store.write("\u00e9".repeat(508), "text")).toMatchObject({ outcome: "written" });
  });
});

describe("removing objects from S3", () => {
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `.textmill/runs/1/${index}`);
  const asked = () =>
    s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete?.Objects ?? []);

  it("asks for a thousand at a time, each key once and with the prefix", async () => {
    s3.on(DeleteObjectsCommand).resolves({});
    await store.remove(keys(2001));
    expect(asked().map((objects) => objects.length)).toEqual([1000, 1000, 1]);
    expect(asked().flat()).toEqual(keys(2001).map((key) => ({ Key: `in box/${key}` })));
    expect(s3.commandCalls(DeleteObjectsCommand)[0]?.args[0].input).toMatchObject({
      Bucket: "scans",
      Delete: { Quiet: true },
    });
  });

  it("asks for nothing when there is nothing to remove, or nothing that S3 could have", async () => {
    await store.remove([]);
    await store.remove([".textmill/half \ud83d", `.textmill/${"x".repeat(1024)}`]);
    expect(s3.calls()).toEqual([]);
  });

  it("asks for a key that XML would not keep in an address of its own", async () => {
    s3.on(DeleteObjectsCommand).resolves({}).on(DeleteObjectCommand).resolves({});
    const odd = [".textmill/bell\u0007", ".textmill/line\nbreak", ".textmill/space ", ".textmill/\uffff"];
    await store.remove([...odd, ".textmill/a b <&>"]);
    expect(asked()).toEqual([[{ Key: "in box/.textmill/a b <&>" }]]);
    const alone = s3.commandCalls(DeleteObjectCommand).map(({ args }) => args[0].input);
    expect(alone).toEqual(odd.map((key) => ({ Bucket: "scans", Key: `in box/${key}` })));
  });

  it("asks for every key in an address of its own when the prefix begins with a space", async () => {
    s3.on(DeleteObjectCommand).resolves({});
    await s3Store({ bucket: "scans", prefix: " box/" }).remove([".textmill/a"]);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
  });

  it.each([
    ["AccessDenied", "access-denied", "Grant s3:DeleteObject"],
    ["InternalError", "broken", "InternalError: as S3 says it"],
  ])("says which object is still there when S3 answers %s for some", async (Code, code, hint) => {
    const failed = [1, 2].map((index) => ({ Key: `in box/${index}`, Code, Message: "as S3 says it" }));
    s3.on(DeleteObjectsCommand).resolves({ Errors: failed });
    const removing = store.remove(keys(3));
    await expect(removing).rejects.toMatchObject({ code, message: expect.stringContaining(hint) });
    await expect(removing).rejects.toThrow(/^"in box\/1" \(nor 1 more\) could not be deleted .* scans/);
  });

  it.each([
    ["AccessDenied", "access-denied", "s3:DeleteObject on the bucket scans is denied"],
    ["NoSuchBucket", "broken", "no bucket scans"],
  ])("fails with what to do when S3 says %s", async (name, code, hint) => {
    s3.on(DeleteObjectsCommand).rejects(answer(name)).on(DeleteObjectCommand).rejects(answer(name));
    const error = { code, message: expect.stringContaining(hint) };
    await expect(store.remove(keys(1))).rejects.toMatchObject(error);
    await expect(store.remove([".textmill/\n"])).rejects.toMatchObject(error);
  });

  it("asks for nothing when one of the keys is not of Textmill's own", async () => {
    await expect(store.remove([...keys(1), "a.pdf.txt"])).rejects.toThrow(
      '"a.pdf.txt" is not below .textmill/',
    );
    expect(s3.calls()).toEqual([]);
  });
});

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}
