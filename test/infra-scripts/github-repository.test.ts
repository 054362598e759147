import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { lookUp, subjectsOf } from "../../infra-scripts/github-repository.ts";

const archive = { owner: "octocat", name: "archive" };
const ids = { owner: 583231, repository: 1296269 };

it.each([
  [
    "of a branch",
    ids,
    { kind: "branch", name: "release/2" },
    [
      "repo:octocat/archive:ref:refs/heads/release/2",
      "repo:octocat@583231/archive@1296269:ref:refs/heads/release/2",
    ],
  ],
  [
    "of an environment, whose colons GitHub writes otherwise",
    ids,
    { kind: "environment", name: "prod: text" },
    [
      "repo:octocat/archive:environment:prod%3A text",
      "repo:octocat@583231/archive@1296269:environment:prod%3A text",
    ],
  ],
  [
    "without ids, by the names alone",
    undefined,
    { kind: "branch", name: "main" },
    ["repo:octocat/archive:ref:refs/heads/main"],
  ],
] as const)("the subjects %s", (_, given, place, subjects) => {
  expect(subjectsOf(archive, given, place)).toEqual(subjects);
});

async function gitHub(answer: (response: ServerResponse, url: string | undefined) => void): Promise<string> {
  const server = createServer((request, response) => answer(response, request.url));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const described = {
  id: 1296269,
  full_name: "Octocat/archive",
  owner: { id: 583231 },
  default_branch: "trunk",
};

it("GitHub tells the ids of a repository, how its name is written, and its default branch", async () => {
  const url = await gitHub((response, path) => {
    response.writeHead(path === "/repos/octocat/archive" ? 200 : 404);
    response.end(JSON.stringify(described));
  });
  expect(await lookUp(archive, url)).toEqual({
    outcome: "found",
    repository: { owner: "Octocat", name: "archive" },
    ids,
    defaultBranch: "trunk",
  });
});

it.each([
  ["a private repository", (response: ServerResponse) => response.writeHead(404).end("{}"), /answered 404/],
  ["a page that is no JSON", (response: ServerResponse) => response.end("<html>"), /not valid JSON/],
  ["an answer without ids", (response: ServerResponse) => response.end('{"id":"1"}'), /no ids/],
  ["a lost connection", (response: ServerResponse) => response.destroy(), /was not reached/],
])("of %s nothing is known, and why", async (_, answer, reason) => {
  expect(await lookUp(archive, await gitHub(answer))).toEqual({
    outcome: "unknown",
    reason: expect.stringMatching(reason),
  });
});
