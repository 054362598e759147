/** Hands out credentials on this machine as Amazon ECS does to a container. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as core from "@actions/core";
import type { RoleCredentials } from "./assumed-role.ts";
import { messageOf } from "./errors.ts";

export interface CredentialsEndpoint {
  url: string;
  /** Whoever asks has to send it as `Authorization`. */
  token: string;
}

/** Open until the process ends, and never what keeps it from ending. */
export async function serveCredentials(
  credentials: () => Promise<RoleCredentials>,
): Promise<CredentialsEndpoint> {
  const token = randomBytes(32).toString("hex");
  core.setSecret(token);
  const server = createServer(async (request, response) => {
    const answer =
      request.headers.authorization === token
        ? await answerWith(credentials)
        : { status: 403, body: { Code: "AccessDenied", Message: "This is not the token." } };
    response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(answer.body));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/credentials`, token };
}

async function answerWith(
  credentials: () => Promise<RoleCredentials>,
): Promise<{ status: number; body: object }> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials();
    const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken };
    return { status: 200, body: { ...keys, Expiration: expiration.toISOString() } };
  } catch (error) {
    return { status: 503, body: { Code: "NoCredentials", Message: messageOf(error) } };
  }
}
