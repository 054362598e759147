import { randomUUID } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { s3Store } from "../../worker/stores/s3.ts";
import { awsUnderTest, whyNoAws } from "../support/aws.ts";
import { keyOfBytes } from "../support/hostile-keys.ts";
import { all, describeStore, textOf } from "../worker/stores/store-contract.ts";

const bucket = `textmill-store-${randomUUID()}`;

if (awsUnderTest) {
  await new S3Client().send(new CreateBucketCommand({ Bucket: bucket }));
  const takesNewlines = await s3Store({ bucket, prefix: "probe/" })
    .write("\n", "")
    .then(
      () => true,
      () => false,
    );
  describe(`S3 at ${awsUnderTest.name}`, () => describeS3(takesNewlines));
} else {
  it.skip(`keeps every promise of a store on S3 (${whyNoAws})`);
}

function describeS3(takesNewlines: boolean): void {
  describeStore("prefix of a bucket", async () => s3Store({ bucket, prefix: `${randomUUID()}/` }), {
    longestKey: 1024 - `${randomUUID()}/`.length,
    isKeyPossible: (key) => takesNewlines || !key.includes("\n"),
    // S3 promises it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). A stand-in
    // that looks and then writes, each request in a thread of its own, now and then lets two writers win.
    isConditionAtomic: !awsUnderTest?.isStandIn,
  });

  // moto routes by a pattern in which `.` is no newline, and answers such a key with a web page, 404.
  if (!takesNewlines)
    it.skip("keeps keys with a newline (skipped: the S3 tested against has no route for them)");

  it("keeps an object when its key has all of the 1,024 bytes", async () => {
    const store = s3Store({ bucket, prefix: "" });
    const key = keyOfBytes(1024);
    expect(await store.write(key, "text")).toMatchObject({ outcome: "written" });
    expect(await textOf(store, key)).toBe("text");
    expect(await all(store.list(key))).toMatchObject([{ key }]);
  });

  it("lists a bucket of more than a page in order, each key once", async () => {
    const store = s3Store({ bucket, prefix: `${randomUUID()}/` });
    const keys = Array.from({ length: 1_050 }, (_, index) => `page ${String(index).padStart(5, "0")}.pdf`);
    await Promise.all(keys.map((key) => store.write(key, "")));
    expect((await all(store.list())).map(({ key }) => key)).toEqual(keys);
  });
}
