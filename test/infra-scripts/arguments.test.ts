import { describe, expect, it } from "vitest";
import { readBootstrapArguments, readTeardownArguments } from "../../infra-scripts/arguments.ts";

const needed = [
  "--repository",
  "octocat/archive",
  "--source",
  "s3://scans",
  "--destination",
  "s3://texts/all",
];
const read = (args: string[], environment: NodeJS.ProcessEnv = { AWS_REGION: "eu-west-1" }) =>
  readBootstrapArguments(args, environment);

describe("the arguments of bootstrap", () => {
  it("need a repository, a source, a destination and a region; the rest has defaults", () => {
    expect(read(needed)).toEqual({
      outcome: "read",
      arguments: {
        repository: { owner: "octocat", name: "archive" },
        ids: undefined,
        place: { kind: "branch", name: "main" },
        sources: [{ kind: "s3", bucket: "scans", prefix: "" }],
        destinations: [{ kind: "s3", bucket: "texts", prefix: "all/" }],
        region: "eu-west-1",
        vpcId: undefined,
        subnetIds: [],
        isConfirmed: false,
        showsPolicies: false,
      },
    });
  });

  it("may name several sources, subnets in lists, an environment and the ids", () => {
    const more = [
      "--source",
      "s3://scans2/a b/",
      "--subnets",
      "subnet-1a,subnet-2b",
      "--subnets",
      "subnet-3c",
    ];
    const ids = ["--owner-id", "1", "--repository-id", "2", "--environment", "production: text"];
    expect(read([...needed, ...more, ...ids, "--region", "eu-north-1", "--yes"])).toMatchObject({
      arguments: {
        sources: [{ bucket: "scans" }, { bucket: "scans2", prefix: "a b/" }],
        subnetIds: ["subnet-1a", "subnet-2b", "subnet-3c"],
        ids: { owner: 1, repository: 2 },
        place: { kind: "environment", name: "production: text" },
        region: "eu-north-1",
        isConfirmed: true,
      },
    });
  });

  it("say all that is missing at once", () => {
    const { errors } = read([], {}) as { errors: string[] };
    expect(errors).toHaveLength(4);
    for (const option of ["--repository", "--source", "--destination", "--region"]) {
      expect(errors.filter((error) => error.includes(`Write ${option}`))).toHaveLength(1);
    }
  });

  it.each([
    [
      "a wildcard for a repository",
      ["--repository", "octocat/*"],
      /--repository "octocat\/\*" is no repository/,
    ],
    ["an owner alone", ["--repository", "octocat"], /is no repository/],
    ["a subject in the repository", ["--repository", "a/b:ref:refs/heads/x"], /is no repository/],
    ["a wildcard for a branch", ["--branch", "release/*"], /is no branch.*without wildcards/],
    ["a ref for a branch", ["--branch", "refs/heads/main"], /without refs\/heads\//],
    ["an empty environment", ["--environment", " "], /--environment is empty/],
    ["a branch and an environment", ["--branch", "x", "--environment", "y"], /exclude each other/],
    ["one id of two", ["--owner-id", "1"], /are given together/],
    ["an id that is no number", ["--owner-id", "*", "--repository-id", "2"], /are numbers/],
    ["a folder", ["--source", "scans"], /--source "scans" is a folder/],
    ["no bucket", ["--source", "s3://UPPER/"], /names no valid bucket/],
    ["a destination around the source", ["--destination", "s3://scans/"], /is also the destination/],
    ["an id of something else", ["--vpc", "subnet-1"], /"subnet-1" is no id of a vpc/],
    ["both to do and not to do it", ["--yes", "--dry-run"], /contradict each other/],
    ["an unknown option", ["--force"], /--force.*--help shows all options/],
  ])("refuse %s", (_, args, says) => {
    expect(read([...needed, ...args])).toMatchObject({
      outcome: "refused",
      errors: [expect.stringMatching(says)],
    });
  });

  it("ask for help whatever else there is", () => {
    expect(read(["--help", "--repository", "?"])).toEqual({ outcome: "help" });
  });
});

describe("the arguments of teardown", () => {
  it("need a region", () => {
    expect(readTeardownArguments(["--yes"], {})).toMatchObject({ outcome: "refused" });
    expect(readTeardownArguments(["--yes"], { AWS_DEFAULT_REGION: "eu-west-1" })).toEqual({
      outcome: "read",
      arguments: { region: "eu-west-1", isConfirmed: true },
    });
  });

  it("know nothing of what bootstrap takes", () => {
    expect(readTeardownArguments(["--source", "s3://scans"], { AWS_REGION: "eu-west-1" })).toMatchObject({
      errors: [expect.stringContaining("--source")],
    });
  });
});
