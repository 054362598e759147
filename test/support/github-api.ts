/** Stands in for GitHub's API: checks of commits, comments of issues, and whatever goes wrong on the way to them. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface MadeUpCheck {
  id: number;
  head_sha: string;
  name: string;
  external_id: string;
  status: string;
  conclusion?: string;
  output: { title: string; summary: string };
  details_url: string;
  html_url: string;
}

export interface MadeUpComment {
  id: number;
  issue: number;
  body: string;
  user: { type: string };
  author_association: string;
}

export interface GithubApi {
  url: string;
  checks: MadeUpCheck[];
  comments: MadeUpComment[];
  /** `POST /check-runs`, in order. */
  calls: string[];
  tokens: Set<string | undefined>;
  /** What it answers instead, or "nothing", for ever; `after` tells that the call itself has been done by then. */
  between: (call: string, number: number) => Fault | undefined;
}

export type Fault =
  | { status: number; message: string; headers?: Record<string, string>; after?: boolean }
  | "nothing"
  | "hang up";

export async function startGithubApi(): Promise<GithubApi> {
  const api: GithubApi = {
    url: "",
    checks: [],
    comments: [],
    calls: [],
    tokens: new Set(),
    between: () => undefined,
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const path = pathname.replace("/api/v3/repos/acme/scans", "");
    const call = `${request.method} ${path}`;
    const number = api.calls.push(call);
    api.tokens.add(request.headers.authorization);
    const fault = api.between(call, number);
    if (fault === "nothing") return;
    if (fault === "hang up") return void request.socket.destroy();
    const served =
      fault === undefined || fault.after ? await serve(api, request, path, searchParams) : undefined;
    if (fault !== undefined) return answer(response, fault.status, { message: fault.message }, fault.headers);
    return served === undefined
      ? answer(response, 404, { message: "Not Found" })
      : answer(response, request.method === "POST" ? 201 : 200, served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  return api;
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function serve(
  api: GithubApi,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<unknown> {
  const body = await text(request);
  const input = body === "" ? {} : JSON.parse(body);
  const id = Number(/\d+$/.exec(path)?.[0]);
  const issue = Number(/\/issues\/(\d+)\/comments$/.exec(path)?.[1]);
  const sha = /^\/commits\/(.+)\/check-runs$/.exec(path)?.[1];
  if (sha !== undefined) {
    const named = api.checks.filter(
      (check) => check.head_sha === sha && check.name === query.get("check_name"),
    );
    return { total_count: named.length, check_runs: named };
  }
  if (path === "/check-runs")
    return create(api.checks, { ...input, html_url: "https://github.example/check/1" });
  if (path.startsWith("/check-runs/")) return update(api.checks, id, input);
  if (path.startsWith("/issues/comments/")) return update(api.comments, id, input);
  if (Number.isNaN(issue)) return undefined;
  if (request.method === "POST") {
    return create(api.comments, { issue, user: { type: "Bot" }, author_association: "NONE", ...input });
  }
  const page = Number(query.get("page") ?? 1);
  return api.comments.filter((comment) => comment.issue === issue).slice((page - 1) * 100, page * 100);
}

function create<Kept extends { id: number }>(all: Kept[], input: Omit<Kept, "id">): Kept {
  const made = { ...input, id: all.length + 1 } as Kept;
  all.push(made);
  return made;
}

function update<Kept extends { id: number }>(
  all: Kept[],
  id: number,
  input: Partial<Kept>,
): Kept | undefined {
  const known = all.find((one) => one.id === id);
  return known && Object.assign(known, input);
}

export const secondaryLimit = (retryAfter: string): Fault => ({
  status: 403,
  message: "You have exceeded a secondary rate limit",
  headers: { "retry-after": retryAfter },
});
