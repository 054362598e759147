import { refuse } from "./page.ts";

/** Refusals that several formats have in common. */

export const needsPassword = refuse(
  "encrypted",
  "The document needs a password. Save it without one and run again.",
);

/** `kind` is what the document is, with its article. */
export const unsupported = (kind: string) =>
  refuse("unsupported-format", `The document is ${kind}, which Textmill does not read.`);

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
