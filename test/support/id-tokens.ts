/** Stands in for GitHub where a step asks for its ID token. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

export interface IdTokenIssuer {
  /** What the environment of a step has with `permissions: id-token: write`. */
  environment: { ACTIONS_ID_TOKEN_REQUEST_URL: string; ACTIONS_ID_TOKEN_REQUEST_TOKEN: string };
  /** Of the tokens to come; milliseconds of life beside them. */
  claims: Record<string, string>;
  issued: string[];
  /** Answers with that HTTP status instead of a token. */
  status: number;
}

const lifeMilliseconds = 5 * 60 * 1000;

export const claimsOfStep = {
  sub: "repo:acme/scans:ref:refs/heads/main",
  repository: "acme/scans",
  repository_id: "4711",
  repository_owner_id: "815",
};

export async function startIdTokens(): Promise<IdTokenIssuer> {
  const requestToken = "request-token";
  const server = createServer((request, response) => {
    const isOurs = request.headers.authorization === `Bearer ${requestToken}`;
    const audience = new URL(request.url ?? "", "http://localhost").searchParams.get("audience");
    const status = isOurs ? issuer.status : 401;
    if (status === 200) issuer.issued.push(idToken({ ...issuer.claims, aud: audience ?? "" }));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { value: issuer.issued.at(-1) } : { message: "no" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const issuer: IdTokenIssuer = {
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    claims: claimsOfStep,
    issued: [],
    status: 200,
  };
  return issuer;
}

/** For code under test that reads this process's environment. */
export function stubEnvironment(environment: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

export function idToken(claims: Record<string, string>): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  const exp = Math.floor((Date.now() + lifeMilliseconds) / 1000);
  return `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...claims, exp, jti: crypto.randomUUID() })}.c2lnbmF0dXJl`;
}

export function hasExpired(token: string): boolean {
  const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return exp * 1000 <= Date.now();
}
