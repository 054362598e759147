import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Inputs, readInputs, splitGlobs } from "../../action/inputs.ts";

const machine = { cores: 6, region: "eu-central-1" };
const validRun = { source: "scans", destination: "texts" };
const validWatch = { command: "watch", destination: "texts", "run-id": "4711-ab" };

function accepted(raw: Record<string, string | undefined>): Inputs {
  const result = readInputs(raw, machine);
  if (!result.ok) throw new Error(result.errors.join("\n"));
  return result.inputs;
}

function complaints(raw: Record<string, string | undefined>): string[] {
  const result = readInputs(raw, machine);
  return result.ok ? [] : result.errors;
}

describe("defaults", () => {
  test("make a whole run of a source and a destination", () => {
    expect(accepted(validRun)).toEqual({
      command: "run",
      source: { kind: "folder", path: resolve("scans") },
      destination: { kind: "folder", path: resolve("texts") },
      runId: undefined,
      include: [],
      exclude: [],
      settings: {
        languages: ["eng"],
        outputs: ["txt"],
        pdfPages: "auto",
        limits: {
          documentBytes: 500 * 1024 * 1024,
          documentPages: 5000,
          pagePixels: 200_000_000,
          pageSeconds: 120,
        },
      },
      force: false,
      maxFailurePercent: 5,
      engine: { kind: "local", processes: 6 },
      chunkMinutes: 15,
      watching: { minutes: 350, cancelOnAbort: false },
      summary: true,
    });
  });

  test("make a whole watch of a destination and a run", () => {
    expect(accepted(validWatch)).toEqual({
      command: "watch",
      destination: { kind: "folder", path: resolve("texts") },
      runId: "4711-ab",
      watching: { minutes: 350, cancelOnAbort: false },
      summary: true,
    });
  });

  test.each([
    { name: "not given", value: undefined },
    { name: "empty", value: "" },
    { name: "blank", value: " \n " },
  ])("stand in for what is $name", ({ value }) => {
    expect(
      accepted({ ...validRun, languages: value, processes: value, force: value, "run-id": value }),
    ).toEqual(accepted(validRun));
  });

  test.each([
    { cores: 0, processes: 1 },
    { cores: 1, processes: 1 },
    { cores: 96, processes: 96 },
    { cores: 1000, processes: 512 },
  ])("take $processes processes on a machine of $cores cores", ({ cores, processes }) => {
    expect(readInputs(validRun, { ...machine, cores })).toMatchObject({ inputs: { engine: { processes } } });
  });
});

describe("a value that makes sense", () => {
  test.each([
    { input: { command: "plan" }, expected: { command: "plan" } },
    {
      input: { source: "s3://scans/a/b" },
      expected: { source: { kind: "s3", bucket: "scans", prefix: "a/b/" } },
    },
    { input: { source: "  scans \n" }, expected: { source: { kind: "folder", path: resolve("scans") } } },
    { input: { "run-id": "a.B_c-9" }, expected: { runId: "a.B_c-9" } },
    { input: { "run-id": "a".repeat(100) }, expected: { runId: "a".repeat(100) } },
    { input: { force: "true" }, expected: { force: true } },
    { input: { summary: "false" }, expected: { summary: false } },
    { input: { "max-failure-percent": "0" }, expected: { maxFailurePercent: 0 } },
    { input: { "max-failure-percent": "0.5" }, expected: { maxFailurePercent: 0.5 } },
    { input: { "max-failure-percent": "100" }, expected: { maxFailurePercent: 100 } },
    { input: { processes: "3" }, expected: { engine: { processes: 3 } } },
    { input: { "chunk-minutes": "1" }, expected: { chunkMinutes: 1 } },
  ])("is taken as it is meant: $input", ({ input, expected }) => {
    expect(accepted({ ...validRun, ...input })).toMatchObject(expected);
  });

  test.each([
    { input: { "max-document-mib": "2" }, expected: { documentBytes: 2_097_152 } },
    { input: { "max-document-pages": "7" }, expected: { documentPages: 7 } },
    { input: { "max-page-megapixels": "30" }, expected: { pagePixels: 30_000_000 } },
    { input: { "page-timeout-seconds": "5" }, expected: { pageSeconds: 5 } },
  ])("becomes a limit in the unit of the limit: $input", ({ input, expected }) => {
    expect(accepted({ ...validRun, ...input })).toMatchObject({ settings: { limits: expected } });
  });

  test.each([
    { text: "rus", expected: ["rus"] },
    { text: "eng+rus", expected: ["eng", "rus"] },
    { text: "rus,eng", expected: ["rus", "eng"] },
    { text: "chi_sim\n  eng \n", expected: ["chi_sim", "eng"] },
    { text: "eng+rus, eng\nrus", expected: ["eng", "rus"] },
  ])("lists languages in the order given, each once: $text", ({ text, expected }) => {
    expect(accepted({ ...validRun, languages: text })).toMatchObject({ settings: { languages: expected } });
  });

  test.each([
    { text: "json", expected: ["json"] },
    { text: "json, txt", expected: ["txt", "json"] },
    { text: "txt\njson\ntxt", expected: ["txt", "json"] },
  ])("lists outputs in one order, each once: $text", ({ text, expected }) => {
    expect(accepted({ ...validRun, outputs: text })).toMatchObject({ settings: { outputs: expected } });
  });

  test("lists globs, each once", () => {
    const inputs = accepted({ ...validRun, include: "*.pdf, *.{jpg,png}\n*.pdf", exclude: "old/" });
    expect(inputs).toMatchObject({ include: ["*.pdf", "*.{jpg,png}"], exclude: ["old/"] });
  });
});

describe("a value that makes no sense", () => {
  test.each([
    { input: { command: "rum" }, expected: 'command "rum" is not known; write run.' },
    {
      input: { command: "ocr" },
      expected: 'command "ocr" is not known; write run, plan, submit, watch, cancel, doctor or cleanup.',
    },
    { input: { source: "" }, expected: "source is missing; write a folder or s3://bucket/prefix/." },
    {
      input: { source: "gs://scans/" },
      expected: 'source "gs://scans/" begins with gs://; write s3://bucket/prefix/ or the path of a folder.',
    },
    {
      input: { source: "scans\nmore" },
      expected:
        'source "scans\\nmore" has a line break or a control character in it; write one folder or one s3://bucket/prefix/.',
    },
    {
      input: { destination: "" },
      expected: "destination is missing; write a folder or s3://bucket/prefix/.",
    },
    { input: { force: "yes" }, expected: 'force "yes" is not known; write true or false.' },
    { input: { force: "True" }, expected: 'force "True" is not known; write true.' },
    { input: { summary: "1" }, expected: 'summary "1" is not known; write true or false.' },
    {
      input: { "max-failure-percent": "lots" },
      expected: 'max-failure-percent "lots" is not a number; write a number from 0 to 100.',
    },
    {
      input: { "max-failure-percent": "5%" },
      expected: 'max-failure-percent "5%" is not a number; write a number from 0 to 100.',
    },
    {
      input: { "max-failure-percent": "100.1" },
      expected: 'max-failure-percent "100.1" is too large; write a number from 0 to 100.',
    },
    {
      input: { "max-failure-percent": "-1" },
      expected: 'max-failure-percent "-1" is not a number; write a number from 0 to 100.',
    },
    {
      input: { processes: "0" },
      expected: 'processes "0" is too small; write a whole number from 1 to 512.',
    },
    {
      input: { processes: "2.5" },
      expected: 'processes "2.5" is not a whole number; write a whole number from 1 to 512.',
    },
    {
      input: { processes: "0x10" },
      expected: 'processes "0x10" is not a whole number; write a whole number from 1 to 512.',
    },
    {
      input: { "max-document-mib": "1e3" },
      expected: 'max-document-mib "1e3" is not a whole number; write a whole number from 1 to 2047.',
    },
    {
      input: { "max-document-pages": "9".repeat(400) },
      expected: expect.stringMatching(/^max-document-pages "9+…9+" is too large; write .* 1 to 1000000\.$/),
    },
    { input: { languages: "," }, expected: 'languages "," is an empty list; write eng.' },
    {
      input: { languages: "eng rus" },
      expected: 'languages "eng rus" is not one of Tesseract\'s language codes; write e.g. eng+rus.',
    },
    {
      input: { languages: "../eng" },
      expected: 'languages "../eng" is not one of Tesseract\'s language codes; write e.g. eng+rus.',
    },
    {
      input: { outputs: "doc" },
      expected:
        'outputs "doc" is not an output; write txt, json, hocr, pdf or more than one, separated by commas.',
    },
    { input: { include: "!a" }, expected: expect.stringMatching(/^The include pattern "!a" .*exclude/) },
    {
      input: { exclude: "a(b" },
      expected: expect.stringMatching(/^The exclude pattern "a\(b" is not a valid glob/),
    },
  ])("is refused with its name and what to write instead: $input", ({ input, expected }) => {
    expect(complaints({ ...validRun, ...input })).toEqual([expected]);
  });

  test.each(["-a", ".a", "..", "a/b", "a b", "a\nb", "ä", "a".repeat(101)])("is no run id: %j", (id) => {
    const [error, ...others] = complaints({ ...validRun, "run-id": id });
    expect(error).toMatch(/^run-id ".*" is not a name for a run; write up to 100 /);
    expect(others).toEqual([]);
  });

  test("is shown on one line, however long and odd it is", () => {
    const [error = ""] = complaints({ ...validRun, force: `\u202e\n"${"x".repeat(1000)}` });
    expect(error).toMatch(/^force "\\u202e\\n\\"x+…x+" is not known; write true or false\.$/);
    expect(error.length).toBeLessThan(150);
  });

  test("is refused together with all others", () => {
    const errors = complaints({
      ...validRun,
      source: "",
      force: "yes",
      processes: "many",
      languages: "?+!",
      include: "!a,a(b",
    });
    expect(errors.map((error) => error.replace(/^The /, "").split(" ")[0])).toEqual([
      "source",
      "processes",
      "include",
      "include",
      "languages",
      "languages",
      "force",
    ]);
  });
});

describe("watch", () => {
  test("needs no run: it looks at all of them", () => {
    expect(accepted({ ...validWatch, "run-id": "" })).toMatchObject({ command: "watch", runId: undefined });
  });

  test("is not cancel, which needs one", () => {
    expect(complaints({ ...validWatch, command: "cancel", "run-id": "" })).toEqual([
      expect.stringMatching(/^run-id is missing; /),
    ]);
  });

  test("says only once that a run id is none", () => {
    expect(complaints({ ...validWatch, "run-id": "a/b" })).toHaveLength(1);
  });

  test.each([
    { text: "0", expected: 0 },
    { text: "5", expected: 5 },
  ])("waits for $text minutes", ({ text, expected }) => {
    expect(accepted({ ...validWatch, "watch-minutes": text })).toMatchObject({
      watching: { minutes: expected },
    });
  });

  test("lets the inputs of the other commands be", () => {
    expect(accepted({ ...validWatch, source: "", force: "perhaps", processes: "many" })).toEqual(
      accepted(validWatch),
    );
  });
});

describe("a name that is no input", () => {
  test.each([
    { name: "desination", expected: 'There is no input "desination"; did you mean destination?' },
    { name: "Language", expected: 'There is no input "Language"; did you mean languages?' },
    { name: "runid", expected: 'There is no input "runid"; did you mean run-id?' },
    {
      name: "x",
      expected: expect.stringMatching(/^There is no input "x"; the inputs are command, source, /),
    },
    { name: "toString", expected: expect.stringMatching(/^There is no input "toString"; /) },
  ])("is refused with the nearest one: $name", ({ name, expected }) => {
    expect(complaints({ ...validRun, [name]: "" })).toEqual([expected]);
  });
});

describe("globs", () => {
  test.each([
    { text: "", expected: [] },
    { text: " , \n,", expected: [] },
    { text: "a,b", expected: ["a", "b"] },
    { text: "a\r\nb\n", expected: ["a", "b"] },
    { text: "*.{jpg,png},c", expected: ["*.{jpg,png}", "c"] },
    { text: "{a,{b,c}},d", expected: ["{a,{b,c}}", "d"] },
    { text: "a},b", expected: ["a}", "b"] },
    { text: "{a,b\nc,d", expected: ["{a,b", "c", "d"] },
    { text: "\\{a,b", expected: ["\\{a", "b"] },
    { text: "a\\,b,c", expected: ["a\\,b", "c"] },
    { text: "a b, c d", expected: ["a b", "c d"] },
    { text: "\u{1f600},b", expected: ["\u{1f600}", "b"] },
    { text: "a\\", expected: ["a\\"] },
  ])("are parted at line breaks and outer commas: $text", ({ text, expected }) => {
    expect(splitGlobs(text)).toEqual(expected);
  });
});

describe("a cleanup", () => {
  const nowhere = { cores: 1, region: undefined };

  test.each([
    { input: { destination: "texts" }, region: undefined },
    { input: { destination: "texts", "aws-region": "us-west-2" }, region: "us-west-2" },
    { input: { destination: "s3://texts/" }, region: "eu-central-1" },
    { input: { destination: "s3://texts/", "aws-region": "us-west-2" }, region: "us-west-2" },
  ])("looks at AWS where there is something of it: $input", ({ input, region }) => {
    expect(accepted({ command: "cleanup", ...input })).toMatchObject({
      command: "cleanup",
      region,
      confirm: false,
    });
  });

  test("needs a region for a bucket, none for a folder", () => {
    expect(readInputs({ command: "cleanup", destination: "texts" }, nowhere)).toMatchObject({ ok: true });
    expect(readInputs({ command: "cleanup", destination: "s3://texts/" }, nowhere)).toEqual({
      ok: false,
      errors: ["aws-region is missing; write e.g. eu-central-1, or set AWS_REGION."],
    });
  });
});

describe("a run on AWS Batch", () => {
  const onBatch = { engine: "batch", source: "s3://scans/", destination: "s3://texts/" };

  test("has defaults for all but its buckets", () => {
    expect(accepted(onBatch)).toMatchObject({
      engine: {
        kind: "batch",
        region: "eu-central-1",
        capacity: "spot",
        maxVcpus: undefined,
        vcpus: 4,
        memoryMib: 8192,
        jobRole: "textmill-job",
        executionRole: "textmill-execution",
        subnets: [],
        securityGroups: [],
        image: undefined,
        maxCostUsd: undefined,
      },
    });
  });

  test.each([
    { input: { "aws-region": "us-west-2" }, expected: { region: "us-west-2" } },
    { input: { capacity: "spot-then-on-demand" }, expected: { capacity: "spot-then-on-demand" } },
    { input: { vcpus: "0.25", "memory-mib": "512" }, expected: { vcpus: 0.25, memoryMib: 512 } },
    { input: { "max-vcpus": "64" }, expected: { maxVcpus: 64 } },
    { input: { "max-cost-usd": "2.5" }, expected: { maxCostUsd: 2.5 } },
    {
      input: { "job-role": "arn:aws:iam::123456789012:role/path/worker" },
      expected: { jobRole: "arn:aws:iam::123456789012:role/path/worker" },
    },
    {
      input: { subnets: "subnet-0a1b2c3d, subnet-1a1b2c3d" },
      expected: { subnets: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] },
    },
    { input: { "security-groups": "sg-0a1b2c3d" }, expected: { securityGroups: ["sg-0a1b2c3d"] } },
  ])("is taken as it is meant: $input", ({ input, expected }) => {
    expect(accepted({ ...onBatch, ...input })).toMatchObject({ engine: expected });
  });

  test.each([
    {
      input: { source: "scans" },
      expected: 'source "scans" is out of reach of AWS Batch; write s3://bucket/prefix/.',
    },
    {
      input: { "aws-region": "Frankfurt" },
      expected: 'aws-region "Frankfurt" is not a region\'s name; write e.g. eu-central-1.',
    },
    {
      input: { capacity: "cheap" },
      expected: 'capacity "cheap" is not known; write spot, on-demand or spot-then-on-demand.',
    },
    { input: { subnets: "vpc-1" }, expected: 'subnets "vpc-1" is not an id; write e.g. subnet-0a1b2c3d.' },
    {
      input: { "job-role": "a role" },
      expected: 'job-role "a role" is neither a role\'s name nor its ARN; write e.g. textmill-job.',
    },
    {
      input: { image: "--privileged" },
      expected: 'image "--privileged" is not an image; write registry/repository@sha256:….',
    },
  ])("is refused with the input, its value and what to write: $input", ({ input, expected }) => {
    expect(complaints({ ...onBatch, ...input })).toEqual([expected]);
  });

  test("is refused without a region", () => {
    expect(readInputs(onBatch, { cores: 1, region: undefined })).toEqual({
      ok: false,
      errors: ["aws-region is missing; write e.g. eu-central-1, or set AWS_REGION."],
    });
  });

  test("is refused in a size that Fargate does not have", () => {
    expect(complaints({ ...onBatch, vcpus: "4", "memory-mib": "4096" })).toHaveLength(1);
    expect(complaints({ ...onBatch, vcpus: "3" })).toHaveLength(1);
  });

  test("needs the engine batch to be submitted", () => {
    expect(complaints({ ...validRun, command: "submit" })).toEqual([
      'engine "local" has nothing to submit to: the command submit needs batch.',
    ]);
  });
});

describe("whose AWS it is", () => {
  const arn = "arn:aws:iam::123456789012:role/textmill-deploy";
  const inBucket = { ...validRun, source: "s3://scans/" };
  const awsOf = (raw: Record<string, string>, region: string | undefined = undefined) =>
    readInputs(raw, { cores: 1, region });

  test("is the environment's unless a region is given", () => {
    expect(awsOf(inBucket)).toMatchObject({ aws: { region: undefined, role: undefined } });
    expect(awsOf({ ...inBucket, "aws-region": "us-west-2" })).toMatchObject({ aws: { region: "us-west-2" } });
  });

  test.each([
    { name: "a run over a bucket", raw: inBucket },
    { name: "a watch of a bucket", raw: { ...validWatch, destination: "s3://texts/" } },
    { name: "a doctor", raw: { command: "doctor", source: "s3://scans/", destination: "s3://texts/" } },
    {
      name: "a cleanup of a region",
      raw: { command: "cleanup", destination: "t", "aws-region": "us-west-2" },
    },
  ])("is a role's for $name", ({ raw }) => {
    expect(awsOf({ "aws-region": "us-west-2", ...raw, "role-to-assume": arn })).toMatchObject({
      aws: { region: "us-west-2", role: { arn, region: "us-west-2" } },
    });
  });

  test.each([
    { name: "a run over folders", raw: validRun },
    { name: "a watch of a folder", raw: validWatch },
    { name: "a cleanup of a folder", raw: { command: "cleanup", destination: "texts" } },
  ])("does not matter to $name", ({ raw }) => {
    expect(awsOf({ ...raw, "role-to-assume": arn })).toMatchObject({ ok: true, aws: undefined });
  });

  test.each(["textmill-deploy", "arn:aws:iam::1234:role/x", "arn:aws:iam::123456789012:user/x"])(
    "cannot be that of %s",
    (value) => {
      expect(complaints({ ...inBucket, "role-to-assume": value })).toEqual([
        `role-to-assume "${value}" is not a role's ARN; write e.g. arn:aws:iam::123456789012:role/textmill-deploy.`,
      ]);
    },
  );

  test("is asked for once when a role comes without a region", () => {
    const onBatch = { ...inBucket, destination: "s3://texts/", engine: "batch", "role-to-assume": arn };
    const errors = ["aws-region is missing; write e.g. eu-central-1, or set AWS_REGION."];
    expect(awsOf(onBatch)).toEqual({ ok: false, errors });
    expect(awsOf({ ...inBucket, "role-to-assume": arn })).toEqual({ ok: false, errors });
  });
});

describe("what GitHub shows of a run", () => {
  test.each([validRun, validWatch])("is nothing without a token", (raw) => {
    expect(accepted(raw)).toMatchObject({ github: undefined });
  });

  test("is a check, and a comment where that is asked for", () => {
    expect(accepted({ ...validWatch, "github-token": "ghs_x" })).toMatchObject({
      github: { token: "ghs_x", commentOn: undefined },
    });
    expect(accepted({ ...validRun, "github-token": "ghs_x", "comment-on": "12" })).toMatchObject({
      github: { token: "ghs_x", commentOn: 12 },
    });
  });

  test.each([
    {
      raw: { "comment-on": "12" },
      error: "comment-on needs github-token; give it the workflow's own, github.token.",
    },
    {
      raw: { "github-token": "ghs_x", "comment-on": "#12" },
      error: 'comment-on "#12" is not a whole number; write a whole number from 1 to 2147483648.',
    },
  ])("cannot be asked for as $raw", ({ raw, error }) => {
    expect(complaints({ ...validWatch, ...raw })).toEqual([error]);
  });
});
