/** What the SDK itself does with a connection, a key or its settings: nothing of it is replaced here. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { s3Store } from "../../../worker/stores/s3.ts";
import { hostileKeys } from "../../support/hostile-keys.ts";
import { all, textOf } from "./store-contract.ts";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  vi.stubEnv("AWS_REGION", "us-east-1");
  // The back-off between two attempts is a random part of a time that grows.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("an object whose body breaks off", () => {
  const text = "0123456789".repeat(20_000);
  const half = text.slice(0, text.length / 2);
  const headers = { "content-length": text.length, etag: '"etag"' };
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(text));

  it.each([
    ["as it is", headers],
    ["with a checksum", { ...headers, "x-amz-checksum-crc32": checksum.toString("base64") }],
  ])("is read and downloaded whole when it comes at the third attempt, %s", async (_, sent) => {
    const server = await serve((_, response, attempt) => {
      response.writeHead(200, sent);
      if (attempt % 3 === 0) response.end(text);
      else response.write(half, () => response.destroy());
    });
    const store = s3Store({ bucket: "scans", prefix: "" });
    expect((await textOf(store, "a.pdf")) === text).toBe(true);
    const path = await downloadPath();
    const downloaded = await store.download("a.pdf", path, { etag: '"etag"', maxBytes: 1e6 });
    expect(downloaded).toEqual({ outcome: "downloaded", bytes: text.length });
    expect((await readFile(path, "utf8")) === text).toBe(true);
    expect(server.requests).toHaveLength(6);
  });

  it.each([
    [
      "the connection is lost",
      headers,
      (response: ServerResponse) => response.write(half, () => response.destroy()),
    ],
    [
      "the connection is lost, with a checksum",
      { ...headers, "x-amz-checksum-crc32": checksum.toString("base64") },
      (response: ServerResponse) => response.write(half, () => response.destroy()),
    ],
    [
      "the checksum is wrong",
      { ...headers, "x-amz-checksum-crc32": checksum.toString("base64") },
      (response: ServerResponse) => response.end(text.replace("0", "1")),
    ],
  ])("is never taken for whole when each time %s", async (_, sent, answer) => {
    const server = await serve((_, response) => {
      response.writeHead(200, sent);
      answer(response);
    });
    const store = s3Store({ bucket: "scans", prefix: "" });
    const error = { code: "broken", message: expect.stringContaining("broke off 3 times") };
    await expect(store.read("a.pdf")).rejects.toMatchObject(error);
    const path = await downloadPath();
    const expected = { etag: '"etag"', maxBytes: 1e6 };
    await expect(store.download("a.pdf", path, expected)).rejects.toMatchObject(error);
    expect(server.requests).toHaveLength(6);
  });
});

describe("a request that S3 turns away", () => {
  const slowDown = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";

  it("is made again until S3 takes it", async () => {
    const server = await serve((_, response, attempt) => {
      if (attempt < 8) response.writeHead(503).end(slowDown);
      else response.writeHead(200, { etag: '"etag"' }).end();
    });
    const written = await s3Store({ bucket: "scans", prefix: "" }).write("a.txt", "text");
    expect(written).toEqual({ outcome: "written", etag: '"etag"' });
    expect(server.requests).toHaveLength(8);
  });

  it("fails, naming the bucket and S3's answer, when S3 takes none of eight", async () => {
    const server = await serve((_, response) => response.writeHead(503).end(slowDown));
    const listing = all(s3Store({ bucket: "scans", prefix: "" }).list());
    await expect(listing).rejects.toMatchObject({
      code: "broken",
      message: expect.stringMatching(/scans.*SlowDown.*reduce your request rate/),
    });
    expect(server.requests).toHaveLength(8);
  });
});

describe("a key on its way to S3", () => {
  it.each([...hostileKeys, ".", ".."].map((key) => [JSON.stringify(key), key]))(
    "arrives byte for byte when it is %s",
    async (_, key) => {
      const server = await serve((_, response) => {
        response.writeHead(200, { etag: '"etag"', "content-length": 0 }).end();
      });
      const store = s3Store({ bucket: "scans", prefix: "" });
      await store.write(key, "text");
      await store.read(key);
      const keys = server.requests.map((url) =>
        decodeURIComponent(url.slice("/scans/".length).replace(/\?.*$/, "")),
      );
      expect(keys).toEqual([key, key]);
    },
  );
});

describe("an empty object", () => {
  it("is written without a word from the SDK", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    await serve((_, response) => response.writeHead(200, { etag: '"etag"' }).end());
    const store = s3Store({ bucket: "scans", prefix: "" });
    await store.write("a.txt", "");
    await store.write("b.txt", new Uint8Array());
    expect(warn.mock.calls).toEqual([]);
  });
});

describe("settings that are missing", () => {
  beforeEach(() => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"])
      vi.stubEnv(name, undefined);
    for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
    for (const name of ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });

  it("are the credentials: says so", async () => {
    const store = s3Store({ bucket: "scans", prefix: "" });
    const error = { code: "access-denied", message: expect.stringContaining("No valid AWS credentials") };
    await expect(all(store.list())).rejects.toMatchObject(error);
    await expect(store.read("a")).rejects.toMatchObject(error);
    await expect(store.write("a", "text")).rejects.toMatchObject(error);
  });

  it("is the region: says to set it", async () => {
    for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
    const store = s3Store({ bucket: "scans", prefix: "" });
    const error = { code: "broken", message: expect.stringContaining("AWS_REGION") };
    await expect(all(store.list())).rejects.toMatchObject(error);
    await expect(store.read("a")).rejects.toMatchObject(error);
    await expect(store.write("a", "text")).rejects.toMatchObject(error);
  });
});

// --- Support ---------------------------------------------------------------------------------

/** An S3 that answers as told; it remembers what was asked of it. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, attempt: number) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    request.resume().on("end", () => answer(request, response, requests.length));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close().closeAllConnections());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${address.port}`);
  return { requests };
}

async function downloadPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-download-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, "document");
}
