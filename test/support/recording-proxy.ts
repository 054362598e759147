/** Stands between the program and AWS: notes every call, and can end a program at one of them. */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { awsUnderTest } from "./aws.ts";

export interface RecordingProxy {
  /** For the program, as AWS_ENDPOINT_URL. */
  url: string;
  /** IAM's names of the actions called so far, e.g. `ecr:DescribeImages`; AWS Batch's in small letters. */
  calls: string[];
  /** Called before a call is passed on, and after its answer came but before the program gets it. */
  onCall(when: "before" | "after", action: string, number: number): void | Promise<void>;
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const target = new URL(awsUnderTest?.name ?? "");
  const proxy: RecordingProxy = { url: "", calls: [], onCall: () => {} };
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    const action = actionOf(incoming, body);
    const number = proxy.calls.push(action);
    await proxy.onCall("before", action, number);
    const passed = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...incoming.headers, host: target.host },
      },
      async (answer) => {
        const answered = await bodyOf(answer);
        await proxy.onCall("after", action, number);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.end(answered);
      },
    );
    passed.once("error", () => outgoing.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const servicesOfTargets: Readonly<Record<string, string>> = {
  AmazonEC2ContainerRegistry_V20150921: "ecr",
  Logs_20140328: "logs",
  ServiceQuotasV20190624: "servicequotas",
};

/** By the four protocols of AWS's services: JSON with a target, queries in the body, REST, and S3's own. */
function actionOf({ headers, url = "/", method = "GET" }: IncomingMessage, body: Buffer): string {
  const [, service = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const [prefix = "", operation] = target.split(".");
    return `${servicesOfTargets[prefix] ?? prefix}:${operation}`;
  }
  const query = new URLSearchParams(body.toString("utf8")).get("Action");
  if (["ec2", "iam", "sts"].includes(service) && query !== null) return `${service}:${query}`;
  if (service === "batch") return `batch:${url.replace(/^\/v1\//, "").toLowerCase()}`;
  return s3Action(method, new URL(url, "http://s3"));
}

function s3Action(method: string, { searchParams }: URL): string {
  if (searchParams.has("list-type")) return "s3:ListBucket";
  if (method === "GET" || method === "HEAD") return "s3:GetObject";
  if (method === "DELETE") return "s3:AbortMultipartUpload";
  return "s3:PutObject";
}
