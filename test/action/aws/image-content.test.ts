import { cp, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextPaths, imageTag, languagesArgument } from "../../../action/aws/image-content.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { repository } from "../../support/program.ts";

/** A copy of what docker would get, to be changed. */
async function contextCopy(): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of ["Dockerfile", ".dockerignore", ...(await contextPaths(repository))]) {
    await cp(join(repository, path), join(folder, path), { recursive: true });
  }
  return folder;
}

test("the tag is one that docker takes", async () => {
  expect(await imageTag(repository, ["eng"])).toMatch(/^[0-9a-f]{32}$/);
});

test("copies of the action in other folders, with other dates and modes, have the same tag", async () => {
  const copy = await contextCopy();
  const worker = join(copy, "dist/worker.mjs");
  await utimes(worker, 0, 0);
  await writeFile(join(copy, "README.md"), "not in the image");
  await writeFile(join(copy, "dist/main.mjs"), "not in the image either");
  expect(await imageTag(copy, ["eng"])).toBe(await imageTag(repository, ["eng"]));
});

test.each([
  { name: "order", one: ["deu", "eng"], other: ["eng", "deu"], same: true },
  { name: "repetition", one: ["eng", "eng"], other: ["eng"], same: true },
  { name: "another language", one: ["eng"], other: ["deu"], same: false },
  { name: "one more language", one: ["eng"], other: ["eng", "deu"], same: false },
])("languages: $name", async ({ one, other, same }) => {
  expect((await imageTag(repository, one)) === (await imageTag(repository, other))).toBe(same);
  expect(languagesArgument(one) === languagesArgument(other)).toBe(same);
});

test("every file of the image counts, and so does the Dockerfile", async () => {
  const copy = await contextCopy();
  const seen = new Set([await imageTag(copy, ["eng"])]);
  const paths = ["Dockerfile", ...(await contextPaths(copy))];
  for (const path of paths) {
    const before = await readFile(join(copy, path));
    await writeFile(join(copy, path), Buffer.concat([before, Buffer.from("\n")]));
    seen.add(await imageTag(copy, ["eng"]));
    await writeFile(join(copy, path), before);
  }
  expect(seen.size).toBe(paths.length + 1);
  expect(seen).toContain(await imageTag(copy, ["eng"]));
});

test("a folder without the bundles is refused by name", async () => {
  const folder = await temporaryFolder();
  await expect(imageTag(folder, ["eng"])).rejects.toThrow(`${folder}/.dockerignore cannot be read`);
});

test.each(["dist\n", "*\n!dist/*.mjs\n", "*\nnode_modules\n"])(
  "a .dockerignore that is no list of files is refused: %j",
  async (text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, ".dockerignore"), text);
    await expect(contextPaths(folder)).rejects.toThrow('is not a "*" and then one "!path" a line');
  },
);
