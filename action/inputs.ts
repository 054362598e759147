/** From strings, as a workflow or a terminal gives them, to inputs that make sense. All validation is here. */

import { type Limits, outputFormats, type Settings } from "../worker/contract.ts";
import { type Location, parseLocation } from "../worker/store.ts";
import { documentFilter, InvalidPattern } from "./planning/documents.ts";
import { quoted } from "./report/escape.ts";

export interface InputRow {
  name: string;
  /** Empty when there is none, or when it depends on the machine. */
  default: string;
  /** For a terminal's --help: one line. */
  description: string;
}

/** Every input, in the order in which people meet them. `action.yml` says the same in more words. */
export const inputTable = [
  {
    name: "command",
    default: "run",
    description: "run, plan (changes nothing) or watch (a run started elsewhere)",
  },
  { name: "source", default: "", description: "where the documents are: a folder or s3://bucket/prefix/" },
  { name: "destination", default: "", description: "where the text goes: a folder or s3://bucket/prefix/" },
  { name: "run-id", default: "", description: "the run to begin, to go on with, or to watch" },
  {
    name: "include",
    default: "",
    description: "globs of the documents' names, separated by commas; empty: all",
  },
  { name: "exclude", default: "", description: "globs of names to leave out" },
  {
    name: "languages",
    default: "eng",
    description: "Tesseract's language codes, the most frequent first: eng+rus",
  },
  { name: "outputs", default: "txt", description: "what to write for each document: txt, json or both" },
  { name: "force", default: "false", description: "true: also documents whose outputs are there already" },
  { name: "max-failure-percent", default: "5", description: "more failed documents than this fail the run" },
  {
    name: "processes",
    default: "",
    description: "pages read at the same time; empty: one for each processor core",
  },
  { name: "chunk-minutes", default: "15", description: "how much work a chunk of a large run is" },
  { name: "watch-minutes", default: "350", description: "how long watch waits" },
  { name: "page-timeout-seconds", default: "120", description: "a page that takes longer fails" },
  { name: "max-document-mib", default: "500", description: "a larger document fails unread" },
  { name: "max-document-pages", default: "5000", description: "a document of more pages fails" },
  { name: "max-page-megapixels", default: "200", description: "a larger page fails" },
  { name: "summary", default: "true", description: "true: show the report on the page of the workflow run" },
] as const satisfies readonly InputRow[];

export type InputName = (typeof inputTable)[number]["name"];

export type Inputs = RunInputs | WatchInputs;

export interface RunInputs {
  command: "run" | "plan";
  source: Location;
  destination: Location;
  runId: string | undefined;
  include: string[];
  exclude: string[];
  settings: Settings;
  force: boolean;
  maxFailurePercent: number;
  processes: number;
  chunkMinutes: number;
  summary: boolean;
}

export interface WatchInputs {
  command: "watch";
  destination: Location;
  runId: string;
  watchMinutes: number;
  summary: boolean;
}

export interface Machine {
  cores: number;
}

export type InputsResult = { ok: true; inputs: Inputs } | { ok: false; errors: string[] };

/** Each error names an input, its value and what to write instead; all that is wrong is said at once. */
export function readInputs(
  raw: Readonly<Record<string, string | undefined>>,
  machine: Machine,
): InputsResult {
  const door = openDoor(raw);
  refuseUnknownNames(raw, door);
  const command = oneOf(door, "command", commands);
  const inputs = command === "watch" ? readWatch(door) : readRun(door, command, machine);
  return door.errors.length === 0 ? { ok: true, inputs } : { ok: false, errors: door.errors };
}

const commands = ["run", "plan", "watch"] as const;

function readRun(door: Door, command: "run" | "plan", machine: Machine): RunInputs {
  return {
    command,
    source: location(door, "source"),
    destination: location(door, "destination"),
    runId: runId(door),
    include: globs(door, "include"),
    exclude: globs(door, "exclude"),
    settings: {
      languages: languages(door),
      outputs: outputs(door),
      limits: limits(door),
    },
    force: trueOrFalse(door, "force"),
    maxFailurePercent: numberWithin(door, "max-failure-percent", { min: 0, max: 100, fraction: true }),
    processes: processes(door, machine),
    chunkMinutes: numberWithin(door, "chunk-minutes", { min: 1, max: 24 * 60 }),
    summary: trueOrFalse(door, "summary"),
  };
}

/** The inputs of the other commands are let be: in a workflow they all have values. */
function readWatch(door: Door): WatchInputs {
  const id = runId(door);
  if (id === undefined && door.text("run-id") === undefined) {
    door.errors.push(
      "run-id is missing; write the run to watch, as the output run-id or the log of its start tells it.",
    );
  }
  return {
    command: "watch",
    destination: location(door, "destination"),
    runId: id ?? "",
    watchMinutes: numberWithin(door, "watch-minutes", { min: 0, max: 7 * 24 * 60 }),
    summary: trueOrFalse(door, "summary"),
  };
}

// --- The door ----------------------------------------------------------------------------------

/**
 * Where the strings come in and the complaints go out. After a complaint a reader goes on with some
 * value of its type, so that all complaints are heard; nobody else sees that value.
 */
interface Door {
  /** `undefined` when nothing was given: a workflow can't leave an input out, it passes "". */
  given(name: InputName): string | undefined;
  /** What was given, else the default. */
  text(name: InputName): string | undefined;
  refuse(name: InputName, value: string, problem: string): void;
  errors: string[];
}

function openDoor(raw: Readonly<Record<string, string | undefined>>): Door {
  const errors: string[] = [];
  const given = (name: InputName) => raw[name]?.trim() || undefined;
  return {
    given,
    text: (name) => given(name) ?? (inputTable.find((row) => row.name === name)?.default || undefined),
    refuse: (name, value, problem) => errors.push(`${name} ${quoted(value)} ${problem}.`),
    errors,
  };
}

/** A workflow never passes one (GitHub drops it with a warning of its own), a terminal does. */
function refuseUnknownNames(raw: Readonly<Record<string, string | undefined>>, door: Door): void {
  const names = inputTable.map(({ name }) => name);
  for (const name of Object.keys(raw)) {
    if (names.some((known) => known === name)) continue;
    const near = nearest(name, names);
    const advice = near === undefined ? `the inputs are ${names.join(", ")}` : `did you mean ${near}?`;
    door.errors.push(`There is no input ${quoted(name)}; ${advice}${advice.endsWith("?") ? "" : "."}`);
  }
}

// --- Kinds of values -----------------------------------------------------------------------------

function oneOf<const Choice extends string>(
  door: Door,
  name: InputName,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = door.text(name) ?? "";
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  const near = nearest(text, choices);
  door.refuse(name, text, `is not known; write ${near ?? alternatives(choices)}`);
  return near ?? choices[0];
}

const trueOrFalse = (door: Door, name: InputName) => oneOf(door, name, ["true", "false"]) === "true";

interface Bounds {
  min: number;
  max: number;
  fraction?: boolean;
}

function numberWithin(door: Door, name: InputName, { min, max, fraction }: Bounds): number {
  const text = door.text(name) ?? "";
  const isNumber = (fraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text);
  const value = Number(text);
  if (isNumber && value >= min && value <= max) return value;
  const kind = fraction ? "number" : "whole number";
  const problem = isNumber ? (value < min ? "is too small" : "is too large") : `is not a ${kind}`;
  door.refuse(name, text, `${problem}; write a ${kind} from ${min} to ${max}`);
  return min;
}

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

/** Without duplicates. */
function list(door: Door, name: InputName, separator: RegExp, example: string): string[] {
  const text = door.text(name) ?? "";
  const parts = text.split(separator).map((part) => part.trim());
  const values = [...new Set(parts.filter((part) => part !== ""))];
  if (values.length === 0) door.refuse(name, text, `is an empty list; write ${example}`);
  return values;
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

// --- Advice --------------------------------------------------------------------------------------

const alternatives = (choices: readonly string[]) =>
  `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;

/** The choice that was probably meant, if any is near. */
function nearest<Choice extends string>(text: string, choices: readonly Choice[]): Choice | undefined {
  const typed = text.toLowerCase().slice(0, 40);
  const near = choices
    .map((choice) => ({ choice, typos: typosBetween(typed, choice) }))
    .filter(({ choice, typos }) => typos <= Math.max(1, choice.length / 3))
    .sort((a, b) => a.typos - b.typos);
  return near[0]?.choice;
}

/** Levenshtein's distance: characters to insert, delete or replace. */
function typosBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, sign] of Array.from(a).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const replaced = (row[column] ?? 0) + (sign === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
