/** Where bytes live: a folder or a prefix of an S3 bucket, behind one set of promises. */
import { resolve } from "node:path";
import { folderStore } from "./stores/folder.ts";
import type { Store } from "./stores/interface.ts";
import { s3Store } from "./stores/s3.ts";

export * from "./stores/interface.ts";

export type Location = { kind: "s3"; bucket: string; prefix: string } | { kind: "folder"; path: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** `s3://bucket/prefix` or a folder's path. An error says what to write instead. */
export function parseLocation(text: string): Location | { error: string } {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return { kind: "folder", path: resolve(text) };
  if (scheme.toLowerCase() !== "s3") {
    return { error: `begins with ${scheme}://; write s3://bucket/prefix/ or the path of a folder` };
  }
  const slash = rest.indexOf("/");
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const prefix = slash === -1 ? "" : rest.slice(slash + 1);
  if (!bucketName.test(bucket)) {
    return { error: `names no valid bucket (${JSON.stringify(bucket)}); write s3://bucket/prefix/` };
  }
  return { kind: "s3", bucket, prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}

export function openStore(location: Location): Store {
  return location.kind === "s3" ? s3Store(location) : folderStore(location.path);
}
