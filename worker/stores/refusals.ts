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
