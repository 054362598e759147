/** Stands in for AWS STS where a role is assumed with GitHub's ID token. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { hasExpired } from "./id-tokens.ts";

export interface Sts {
  /** For `AWS_ENDPOINT_URL_STS`. */
  url: string;
  /** What it was asked, in order. */
  requests: URLSearchParams[];
  /** Of each session, by its access key: when it ends, in milliseconds. */
  sessions: Map<string, number>;
  sessionMinutes: number;
  /** Where the credentials of a role come from. */
  credentialsOf: (roleArn: string) => Promise<Session>;
  /** What it answers instead of credentials: an HTTP status, an error's code and message. */
  refuse: (number: number) => Refusal | undefined;
}

/** As AWS STS hands it out. */
export interface Session {
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: Date;
}

export interface Refusal {
  status: number;
  code: string;
  message: string;
}

export async function startSts(): Promise<Sts> {
  const sts: Sts = {
    url: "",
    requests: [],
    sessions: new Map(),
    sessionMinutes: 60,
    credentialsOf: async () => madeUpSession(sts),
    refuse: () => undefined,
  };
  const server = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    sts.requests.push(asked);
    const refusal = sts.refuse(sts.requests.length) ?? refusalOf(asked);
    response.writeHead(refusal?.status ?? 200, { "content-type": "text/xml" });
    response.end(
      refusal === undefined
        ? sessionAnswer(await sts.credentialsOf(asked.get("RoleArn") ?? ""))
        : errorAnswer(refusal),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  sts.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sts;
}

function refusalOf(asked: URLSearchParams): Refusal | undefined {
  return hasExpired(asked.get("WebIdentityToken") ?? "")
    ? { status: 400, code: "ExpiredTokenException", message: "Token expired" }
    : undefined;
}

function madeUpSession(sts: Sts): Session {
  const key = `ASIAEXAMPLE${sts.sessions.size + 1}`;
  const end = Date.now() + sts.sessionMinutes * 60_000;
  sts.sessions.set(key, end);
  return {
    AccessKeyId: key,
    SecretAccessKey: `secret-of-${key}`,
    SessionToken: `token-of-${key}`,
    Expiration: new Date(end),
  };
}

function sessionAnswer({ Expiration, ...keys }: Session): string {
  const fields = Object.entries({ ...keys, Expiration: Expiration.toISOString() });
  const credentials = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join("");
  return (
    `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>` +
    `<Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
  );
}

const errorAnswer = ({ code, message }: Refusal) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

export const notAuthorized: Refusal = {
  status: 403,
  code: "AccessDenied",
  message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
};

export const unavailable: Refusal = { status: 503, code: "ServiceUnavailable", message: "Try again later" };
