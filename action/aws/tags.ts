import { AwsError } from "./errors.ts";

export type Tags = Record<string, string>;

/** On everything that Textmill creates; what lacks it belongs to someone else. */
const ownTags: Tags = { "created-by": "textmill" };

export const withOwnTags = (tags: Tags): Tags => ({ ...tags, ...ownTags });

export const isOwn = (tags: Readonly<Tags> | undefined) => tags?.["created-by"] === "textmill";

/** EC2 writes and reads tags as a list. */
export const asTagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const fromTagList = (
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags => Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

/** `label` as in `job queue textmill-spot`. */
export const foreignRefusal = (label: string) =>
  `The ${label} exists, but lacks the tag created-by=textmill: it belongs to something else, and Textmill ` +
  "does not touch it. Delete or rename it, or, if it is Textmill's, add the tag.";

export function refuseForeign(label: string, tags: Readonly<Tags> | undefined): void {
  if (!isOwn(tags)) throw new AwsError(foreignRefusal(label));
}
