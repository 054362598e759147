/** What the worker's image is made of, and the tag that follows from it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AwsError } from "./errors.ts";

/** What the job definition asks of Fargate, whatever machine builds the image. */
export const imageArchitecture = "amd64";
export const imagePlatform = `linux/${imageArchitecture}`;

/** The Dockerfile's build argument LANGUAGES: the same for the same set of languages. */
export const languagesArgument = (languages: string[]) => [...new Set(languages)].sort().join(" ");

/**
 * The same on every machine for the same content: neither the order of the languages nor dates and modes of
 * the files count. The base image counts by its name only, which stands in the Dockerfile.
 */
export async function imageTag(contextFolder: string, languages: string[]): Promise<string> {
  const paths = ["Dockerfile", ...(await contextPaths(contextFolder))].sort();
  const files = await Promise.all(
    paths.map(async (path) => [path, sha256(await readContextFile(contextFolder, path))]),
  );
  const content = { platform: imagePlatform, languages: languagesArgument(languages), files };
  return sha256(JSON.stringify(content)).slice(0, 32);
}

/**
 * .dockerignore is the one list of what goes in: it leaves out everything (`*`) but the files it names (`!path`).
 * Sorted, relative to the folder.
 */
export async function contextPaths(contextFolder: string): Promise<string[]> {
  const text = (await readContextFile(contextFolder, ".dockerignore")).toString("utf8");
  const [first, ...rest] = text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const paths = rest.map((line) => /^!([\w./-]+)$/.exec(line)?.[1]);
  if (first !== "*" || !paths.every((path) => path !== undefined)) {
    throw new Error(`${join(contextFolder, ".dockerignore")} is not a "*" and then one "!path" a line.`);
  }
  return paths.sort();
}

async function readContextFile(contextFolder: string, path: string): Promise<Buffer> {
  try {
    return await readFile(join(contextFolder, path));
  } catch (cause) {
    throw new AwsError(
      `The worker's image cannot be made: ${join(contextFolder, path)} cannot be read. Use a released version of the action, or give a ready image in the input image.`,
      { cause },
    );
  }
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
