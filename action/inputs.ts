/** From strings, as a workflow or a terminal gives them, to inputs that make sense. All validation is here. */

import {
  type Capacity,
  capacities,
  type Limits,
  outputFormats,
  pdfPages,
  type Settings,
} from "../worker/contract.ts";
import { type Location, parseLocation } from "../worker/store.ts";
import { fargateSizeError } from "./aws/fargate-sizes.ts";
import {
  alternatives,
  type Door,
  list,
  numberWithin,
  oneOf,
  openDoor,
  refuseUnknownNames,
  trueOrFalse,
} from "./input-door.ts";
import type { InputName } from "./input-table.ts";
import { documentFilter, InvalidPattern } from "./planning/documents.ts";

export type Inputs = RunInputs | WatchInputs | CancelInputs | DoctorInputs | CleanupInputs;

type RunCommand = "run" | "plan" | "submit";

export interface RunInputs {
  command: RunCommand;
  source: Location;
  destination: Location;
  engine: LocalInputs | BatchInputs;
  runId: string | undefined;
  include: string[];
  exclude: string[];
  settings: Settings;
  force: boolean;
  maxFailurePercent: number;
  chunkMinutes: number;
  watching: WatchingInputs;
  github: GithubInputs | undefined;
  summary: boolean;
}

export interface LocalInputs {
  kind: "local";
  processes: number;
}

export interface BatchInputs {
  kind: "batch";
  region: string;
  capacity: Capacity;
  /** `undefined`: what the compute environment has. */
  maxVcpus: number | undefined;
  vcpus: number;
  memoryMib: number;
  /** Names or ARNs. */
  jobRole: string;
  executionRole: string;
  subnets: string[];
  securityGroups: string[];
  image: string | undefined;
  maxCostUsd: number | undefined;
}

/** How long a process stays with a run, and what becomes of the run when it is stopped. */
export interface WatchingInputs {
  minutes: number;
  cancelOnAbort: boolean;
}

/** What GitHub shows of a run beside the log and the summary. */
export interface GithubInputs {
  token: string;
  /** Number of an issue or a pull request. */
  commentOn: number | undefined;
}

export interface WatchInputs {
  command: "watch";
  destination: Location;
  /** `undefined`: every run that has not ended. */
  runId: string | undefined;
  watching: WatchingInputs;
  github: GithubInputs | undefined;
  summary: boolean;
}

export interface CancelInputs extends Omit<WatchInputs, "command"> {
  command: "cancel";
  runId: string;
}

export interface DoctorInputs {
  command: "doctor";
  source: Location;
  destination: Location;
  languages: string[];
  batch: BatchInputs;
}

export interface CleanupInputs {
  command: "cleanup";
  destination: Location;
  /** `undefined`: nothing of AWS is looked at. */
  region: string | undefined;
  confirm: boolean;
}

/** Whose AWS it is that a command works with. */
export interface AwsInputs {
  /** `undefined`: the AWS SDK looks for it. */
  region: string | undefined;
  role: { arn: string; region: string } | undefined;
}

export interface Machine {
  cores: number;
  /** Of the environment's AWS settings. */
  region: string | undefined;
}

export type InputsResult =
  /** `aws` is `undefined` when nothing of the command is there. */
  { ok: true; inputs: Inputs; aws: AwsInputs | undefined } | { ok: false; errors: string[] };

/** Each error names an input, its value and what to write instead; all that is wrong is said at once. */
export function readInputs(
  raw: Readonly<Record<string, string | undefined>>,
  machine: Machine,
): InputsResult {
  const door = openDoor(raw);
  refuseUnknownNames(raw, door);
  const inputs = readCommand(door, machine);
  const aws = isOnAws(inputs) ? readAws(door, machine) : undefined;
  // Two readers may miss the same region.
  const errors = [...new Set(door.errors)];
  return errors.length === 0 ? { ok: true, inputs, aws } : { ok: false, errors };
}

const commands = ["run", "plan", "submit", "watch", "cancel", "doctor", "cleanup"] as const;

/** Inputs that a command does not use are let be: in a workflow they all have values. */
function readCommand(door: Door, machine: Machine): Inputs {
  const command = oneOf(door, "command", commands);
  switch (command) {
    case "watch":
      return { command, ...readWatch(door), runId: runId(door) };
    case "cancel":
      return { command, ...readWatch(door), runId: runToCancel(door) };
    case "doctor":
      return {
        command,
        ...sourceAndDestination(door),
        languages: languages(door),
        batch: readBatch(door, machine),
      };
    case "cleanup":
      return readCleanup(door, machine);
    default:
      return readRun(door, command, machine);
  }
}

function readRun(door: Door, command: RunCommand, machine: Machine): RunInputs {
  return {
    command,
    ...sourceAndDestination(door),
    engine: engine(door, command, machine),
    runId: runId(door),
    include: globs(door, "include"),
    exclude: globs(door, "exclude"),
    settings: {
      languages: languages(door),
      outputs: outputs(door),
      pdfPages: oneOf(door, "pdf-pages", pdfPages),
      limits: limits(door),
    },
    force: trueOrFalse(door, "force"),
    maxFailurePercent: numberWithin(door, "max-failure-percent", { min: 0, max: 100, fraction: true }),
    chunkMinutes: numberWithin(door, "chunk-minutes", { min: 0.1, max: 24 * 60, fraction: true }),
    watching: readWatching(door),
    github: readGithub(door),
    summary: trueOrFalse(door, "summary"),
  };
}

const readWatch = (door: Door): Omit<WatchInputs, "command" | "runId"> => ({
  destination: location(door, "destination"),
  watching: readWatching(door),
  github: readGithub(door),
  summary: trueOrFalse(door, "summary"),
});

function runToCancel(door: Door): string {
  if (door.text("run-id") === undefined) {
    door.errors.push(
      "run-id is missing; write the run to cancel, as the output run-id or the log of its start tells it.",
    );
  }
  return runId(door) ?? "";
}

/** Runs in a folder know nothing of AWS, whatever region this machine is set to. */
function readCleanup(door: Door, machine: Machine): CleanupInputs {
  const destination = location(door, "destination");
  const isWithoutAws = destination.kind === "folder" && door.given("aws-region") === undefined;
  return {
    command: "cleanup",
    destination,
    region: isWithoutAws ? undefined : region(door, machine),
    confirm: trueOrFalse(door, "confirm"),
  };
}

const readWatching = (door: Door): WatchingInputs => ({
  minutes: numberWithin(door, "watch-minutes", { min: 0, max: 7 * 24 * 60, fraction: true }),
  cancelOnAbort: trueOrFalse(door, "cancel-on-abort"),
});

const sourceAndDestination = (door: Door) => ({
  source: location(door, "source"),
  destination: location(door, "destination"),
});

// --- AWS and GitHub ------------------------------------------------------------------------------

function isOnAws(inputs: Inputs): boolean {
  if (inputs.destination.kind === "s3") return true;
  switch (inputs.command) {
    case "doctor":
      return true;
    case "cleanup":
      return inputs.region !== undefined;
    case "watch":
    case "cancel":
      return false;
    default:
      return inputs.source.kind === "s3" || inputs.engine.kind === "batch";
  }
}

function readAws(door: Door, machine: Machine): AwsInputs {
  const arn = door.given("role-to-assume");
  if (arn === undefined) return { region: door.given("aws-region"), role: undefined };
  if (!roleArn.test(arn)) {
    door.refuse(
      "role-to-assume",
      arn,
      "is not a role's ARN; write e.g. arn:aws:iam::123456789012:role/textmill-deploy",
    );
  }
  const ofRole = region(door, machine);
  return { region: ofRole, role: { arn, region: ofRole } };
}

function readGithub(door: Door): GithubInputs | undefined {
  const commentOn = optional(door, "comment-on", (name) =>
    numberWithin(door, name, { min: 1, max: 2 ** 31 }),
  );
  const token = door.given("github-token");
  if (token !== undefined) return { token, commentOn };
  if (commentOn !== undefined) {
    door.errors.push("comment-on needs github-token; give it the workflow's own, github.token.");
  }
  return undefined;
}

// --- The engine ----------------------------------------------------------------------------------

function engine(door: Door, command: RunCommand, machine: Machine): RunInputs["engine"] {
  const kind = oneOf(door, "engine", ["local", "batch"]);
  if (kind === "batch") {
    refuseFolders(door);
    return readBatch(door, machine);
  }
  if (command === "submit") {
    door.refuse("engine", kind, "has nothing to submit to: the command submit needs batch");
  }
  return { kind, processes: processes(door, machine) };
}

/** Workers in a container see no folder of this machine. */
function refuseFolders(door: Door): void {
  for (const name of ["source", "destination"] as const) {
    const text = door.text(name);
    if (text === undefined || /^s3:\/\//i.test(text)) continue;
    door.refuse(name, text, "is out of reach of AWS Batch; write s3://bucket/prefix/");
  }
}

function readBatch(door: Door, machine: Machine): BatchInputs {
  return {
    kind: "batch",
    region: region(door, machine),
    capacity: oneOf(door, "capacity", capacities),
    maxVcpus: optional(door, "max-vcpus", (name) => numberWithin(door, name, { min: 1, max: 100_000 })),
    ...jobSize(door),
    jobRole: role(door, "job-role"),
    executionRole: role(door, "execution-role"),
    subnets: ids(door, "subnets", "subnet-0a1b2c3d"),
    securityGroups: ids(door, "security-groups", "sg-0a1b2c3d"),
    image: optional(door, "image", (name) => image(door, name)),
    maxCostUsd: optional(door, "max-cost-usd", (name) =>
      numberWithin(door, name, { min: 0, max: 1_000_000, fraction: true }),
    ),
  };
}

const optional = <Value>(door: Door, name: InputName, read: (name: InputName) => Value) =>
  door.given(name) === undefined ? undefined : read(name);

function region(door: Door, machine: Machine): string {
  const given = door.given("aws-region") ?? machine.region;
  if (given === undefined) {
    door.errors.push("aws-region is missing; write e.g. eu-central-1, or set AWS_REGION.");
  } else if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(given)) {
    door.refuse("aws-region", given, "is not a region's name; write e.g. eu-central-1");
  }
  return given ?? "";
}

function jobSize(door: Door): { vcpus: number; memoryMib: number } {
  const vcpus = numberWithin(door, "vcpus", { min: 0.25, max: 32, fraction: true });
  const memoryMib = numberWithin(door, "memory-mib", { min: 512, max: 249_856 });
  const error = fargateSizeError(vcpus, memoryMib);
  if (error !== undefined) door.errors.push(error);
  return { vcpus, memoryMib };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const roleName = /^[A-Za-z0-9+=,.@_-]{1,64}$/;
const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/;

function role(door: Door, name: "job-role" | "execution-role"): string {
  const text = door.text(name) ?? "";
  if (!roleName.test(text) && !roleArn.test(text)) {
    door.refuse(name, text, "is neither a role's name nor its ARN; write e.g. textmill-job");
  }
  return text;
}

function ids(door: Door, name: "subnets" | "security-groups", example: string): string[] {
  if (door.given(name) === undefined) return [];
  const values = list(door, name, /[\n,]/, example);
  const pattern = new RegExp(`^${example.slice(0, example.indexOf("-"))}-[0-9a-f]{8,17}$`);
  for (const value of values) {
    if (!pattern.test(value)) door.refuse(name, value, `is not an id; write e.g. ${example}`);
  }
  return values;
}

function image(door: Door, name: InputName): string {
  const text = door.text(name) ?? "";
  if (!/^[a-z0-9][A-Za-z0-9._/:@-]{1,500}$/.test(text)) {
    door.refuse(name, text, "is not an image; write registry/repository@sha256:…");
  }
  return text;
}

// --- Values of single inputs ---------------------------------------------------------------------

function location(door: Door, name: "source" | "destination"): Location {
  const nowhere: Location = { kind: "folder", path: "" };
  const text = door.text(name);
  if (text === undefined) {
    door.errors.push(`${name} is missing; write a folder or s3://bucket/prefix/.`);
    return nowhere;
  }
  if (/\p{Cc}/u.test(text)) {
    door.refuse(
      name,
      text,
      "has a line break or a control character in it; write one folder or one s3://bucket/prefix/",
    );
    return nowhere;
  }
  const parsed = parseLocation(text);
  if (!("error" in parsed)) return parsed;
  door.refuse(name, text, parsed.error);
  return nowhere;
}

/** It names a folder, and is passed on in workflows and at terminals: nothing that any of them reads otherwise. */
const runIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function runId(door: Door): string | undefined {
  const text = door.text("run-id");
  if (text === undefined || runIdPattern.test(text)) return text;
  door.refuse(
    "run-id",
    text,
    "is not a name for a run; write up to 100 letters, digits, dots, underscores and hyphens, a letter or digit first",
  );
  return undefined;
}

/** Tesseract's name of a language is part of a file's name. */
const languagePattern = /^[A-Za-z][A-Za-z0-9_]{1,40}$/;

function languages(door: Door): string[] {
  const codes = list(door, "languages", /[\n,+]/, "eng");
  for (const code of codes) {
    if (languagePattern.test(code)) continue;
    door.refuse("languages", code, "is not one of Tesseract's language codes; write e.g. eng+rus");
  }
  return codes;
}

function outputs(door: Door): Settings["outputs"] {
  const names = list(door, "outputs", /[\n,]/, alternatives(outputFormats));
  for (const name of names) {
    if (outputFormats.some((format) => format === name)) continue;
    door.refuse(
      "outputs",
      name,
      `is not an output; write ${outputFormats.join(", ")} or more than one, separated by commas`,
    );
  }
  // In one order, so that the order in which they were asked for makes no difference.
  return outputFormats.filter((format) => names.includes(format));
}

function globs(door: Door, name: "include" | "exclude"): string[] {
  const patterns = [...new Set(splitGlobs(door.text(name) ?? ""))];
  for (const pattern of patterns) {
    try {
      documentFilter({ include: [], exclude: [], [name]: [pattern] });
    } catch (error) {
      if (!(error instanceof InvalidPattern)) throw error;
      door.errors.push(`${error.message}.`);
    }
  }
  return patterns;
}

/** At line breaks, and at commas that neither stand in braces nor follow a backslash: `*.{jpg,png}` is one glob. */
export function splitGlobs(text: string): string[] {
  return text
    .split("\n")
    .flatMap(splitAtOuterCommas)
    .map((glob) => glob.trim())
    .filter((glob) => glob !== "");
}

function splitAtOuterCommas(line: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of line.match(/\\.|./gsu) ?? []) {
    if (sign === "{") depth += 1;
    if (sign === "}" && depth > 0) depth -= 1;
    if (sign === "," && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + sign);
  }
  return parts;
}

const mebibyte = 1024 * 1024;
const megapixel = 1_000_000;

function limits(door: Door): Limits {
  return {
    // Node reads no file of 2 GiB into memory.
    documentBytes: mebibyte * numberWithin(door, "max-document-mib", { min: 1, max: 2047 }),
    documentPages: numberWithin(door, "max-document-pages", { min: 1, max: 1_000_000 }),
    // Four bytes a pixel have to fit into the 4 GiB that WebAssembly can address.
    pagePixels: megapixel * numberWithin(door, "max-page-megapixels", { min: 1, max: 1000 }),
    pageSeconds: numberWithin(door, "page-timeout-seconds", { min: 1, max: 3600 }),
  };
}

const maxProcesses = 512;

function processes(door: Door, { cores }: Machine): number {
  if (door.given("processes") === undefined) return Math.min(Math.max(1, cores), maxProcesses);
  return numberWithin(door, "processes", { min: 1, max: maxProcesses });
}
