import { scratchPrefix } from "../contract.ts";
import type { ReadRefusal } from "./interface.ts";

/** What every store says alike. */

export const shown = (key: string) => JSON.stringify(key);

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export const changed = (key: string): ReadRefusal => ({
  outcome: "changed",
  message: `${shown(key)} was replaced after it was listed. Run again.`,
});

export const tooLarge = (key: string, bytes: number, maxBytes: number): ReadRefusal => ({
  outcome: "too-large",
  message: `${shown(key)} has ${bytes} bytes, the limit is ${maxBytes} (input max-document-mib).`,
});

/** Half a surrogate pair has no UTF-8, so that another key would be written or read in its place. */
export const isUnicode = (key: string) => !/\p{Surrogate}/u.test(key);

/** Throws when one of the keys is not Textmill's own. */
export function refuseForeignKeys(keys: readonly string[]): void {
  const foreign = keys.find((key) => !key.startsWith(scratchPrefix));
  if (foreign !== undefined) {
    throw new Error(`${shown(foreign)} is not below ${scratchPrefix}: nothing was deleted.`);
  }
}
