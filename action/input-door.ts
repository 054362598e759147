/** Where the strings of the inputs come in and the complaints go out. */

import { type InputName, inputTable } from "./input-table.ts";
import { quoted } from "./report/escape.ts";

/**
 * After a complaint a reader goes on with some value of its type, so that all complaints are heard; nobody
 * else sees that value.
 */
export interface Door {
  /** `undefined` when nothing was given: a workflow can't leave an input out, it passes "". */
  given(name: InputName): string | undefined;
  /** What was given, else the default. */
  text(name: InputName): string | undefined;
  refuse(name: InputName, value: string, problem: string): void;
  errors: string[];
}

export function openDoor(raw: Readonly<Record<string, string | undefined>>): Door {
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
export function refuseUnknownNames(raw: Readonly<Record<string, string | undefined>>, door: Door): void {
  const names = inputTable.map(({ name }) => name);
  for (const name of Object.keys(raw)) {
    if (names.some((known) => known === name)) continue;
    const near = nearest(name, names);
    const advice = near === undefined ? `the inputs are ${names.join(", ")}` : `did you mean ${near}?`;
    door.errors.push(`There is no input ${quoted(name)}; ${advice}${advice.endsWith("?") ? "" : "."}`);
  }
}

// --- Kinds of values -----------------------------------------------------------------------------

export function oneOf<const Choice extends string>(
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

export const trueOrFalse = (door: Door, name: InputName) => oneOf(door, name, ["true", "false"]) === "true";

interface Bounds {
  min: number;
  max: number;
  fraction?: boolean;
}

export function numberWithin(door: Door, name: InputName, { min, max, fraction }: Bounds): number {
  const text = door.text(name) ?? "";
  const isNumber = (fraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text);
  const value = Number(text);
  if (isNumber && value >= min && value <= max) return value;
  const kind = fraction ? "number" : "whole number";
  const problem = isNumber ? (value < min ? "is too small" : "is too large") : `is not a ${kind}`;
  door.refuse(name, text, `${problem}; write a ${kind} from ${min} to ${max}`);
  return min;
}

/** Without duplicates. */
export function list(door: Door, name: InputName, separator: RegExp, example: string): string[] {
  const text = door.text(name) ?? "";
  const parts = text.split(separator).map((part) => part.trim());
  const values = [...new Set(parts.filter((part) => part !== ""))];
  if (values.length === 0) door.refuse(name, text, `is an empty list; write ${example}`);
  return values;
}

// --- Advice --------------------------------------------------------------------------------------

export const alternatives = (choices: readonly string[]) =>
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
