import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exitCodes, runKeys, variables } from "../../worker/contract.ts";
import { goodDocuments, putDocument } from "../support/documents.ts";
import { temporaryFolder } from "../support/folders.ts";
import { prepareRun } from "../support/prepared-run.ts";
import { endOf, productNode, repository } from "../support/program.ts";

/** An S3 of one bucket that serves a folder's files and takes any write. */
async function serveBucket(folder: string, onRead: (key: string) => void): Promise<string> {
  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(
      new URL(request.url ?? "", "http://s3").pathname.replace(/^\/bucket\//, ""),
    );
    if (request.method === "PUT") {
      request.resume().once("end", () => response.setHeader("etag", '"1"').end());
      return;
    }
    onRead(key);
    const bytes = await readFile(join(folder, key)).catch(() => undefined);
    if (bytes !== undefined) response.setHeader("etag", '"1"').end(bytes);
    else response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

test("SIGTERM before the first document is read leaves with work left, as it does later", async () => {
  const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
  for (const { key, bytes } of await goodDocuments(1)) await putDocument(source, key, bytes);
  await prepareRun(source, destination, { runId: "one" });
  const endpoint = await serveBucket(destination, (key) => {
    if (key === runKeys.run("one")) worker.kill("SIGTERM");
  });
  const worker = spawn(productNode, [join(repository, "dist/worker.mjs")], {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      [variables.destination]: "s3://bucket/",
      [variables.runId]: "one",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { exitCode, errors } = await endOf(worker);
  expect(exitCode, errors).toBe(exitCodes.interrupted.code);
});
