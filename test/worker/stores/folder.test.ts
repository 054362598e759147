import { execFileSync } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { folderStore } from "../../../worker/stores/folder.ts";
import { all, describeStore, textOf } from "./store-contract.ts";

describeStore("folder", async () => folderStore(await makeFolder()));

describe("links in a folder", () => {
  it("lists a link that leads out, and refuses to read it", async () => {
    const { store, root, outside } = await makePlaces();
    await symlink(join(outside, "secret.txt"), join(root, "link.pdf"));
    const [listed] = await all(store.list());
    expect(listed).toMatchObject({ key: "link.pdf", bytes: 0 });
    expect(await store.read("link.pdf")).toMatchObject({ outcome: "access-denied" });
    const copy = join(outside, "copy");
    const download = await store.download("link.pdf", copy, { etag: listed?.etag ?? "", maxBytes: 1e6 });
    expect(download).toMatchObject({
      outcome: "access-denied",
      message: expect.stringContaining("link.pdf"),
    });
    expect(existsSync(copy)).toBe(false);
  });

  it("reads a link that stays inside, as the file it leads to", async () => {
    const { store, root } = await makePlaces();
    await store.write("a.pdf", "text");
    await symlink("a.pdf", join(root, "link.pdf"));
    const [file, link] = await all(store.list());
    expect(link).toEqual({ ...file, key: "link.pdf" });
    expect(await textOf(store, "link.pdf")).toBe("text");
  });

  it.each([
    ["to nothing", "nowhere"],
    ["to itself", "link.pdf"],
  ])("lists a link %s, which is then not found", async (_, target) => {
    const { store, root } = await makePlaces();
    await symlink(target, join(root, "link.pdf"));
    expect(await all(store.list())).toMatchObject([{ key: "link.pdf", bytes: 0 }]);
    expect(await store.read("link.pdf")).toMatchObject({ outcome: "not-found" });
  });

  it("lists a link to a folder without what is behind it, also when that is asked for", async () => {
    const { store, root } = await makePlaces();
    await store.write("folder/a.pdf", "text");
    await symlink("folder", join(root, "link"));
    await symlink("..", join(root, "folder/up"));
    expect(await keysOf(store.list())).toEqual(["folder/a.pdf", "folder/up", "link"]);
    expect(await keysOf(store.list("link/"))).toEqual([]);
    expect(await keysOf(store.list("folder/up/"))).toEqual([]);
    expect(await store.read("link")).toMatchObject({ outcome: "not-a-file" });
  });

  it("neither reads nor lists nor writes below a folder that is a link out", async () => {
    const { store, root, outside } = await makePlaces();
    await symlink(outside, join(root, "link"));
    expect(await store.read("link/secret.txt")).toMatchObject({ outcome: "access-denied" });
    expect(await keysOf(store.list("link/"))).toEqual([]);
    for (const key of ["link/new.txt", "link/secret.txt", "link/new/deep.txt"]) {
      expect(await store.write(key, "text")).toMatchObject({ outcome: "unwritable-name" });
      expect(await store.write(key, "text", { ifAbsent: true })).toMatchObject({
        outcome: "unwritable-name",
      });
    }
    expect(await readdir(outside)).toEqual(["secret.txt"]);
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  it("replaces a link that leads out, not the file it leads to", async () => {
    const { store, root, outside } = await makePlaces();
    await symlink(join(outside, "secret.txt"), join(root, "a.txt"));
    expect(await store.write("a.txt", "text", { ifAbsent: true })).toEqual({ outcome: "exists" });
    expect(await store.write("a.txt", "text")).toMatchObject({ outcome: "written" });
    expect(await textOf(store, "a.txt")).toBe("text");
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  it("fails as a whole, and writes nothing outside, when its scratch folder is a link out", async () => {
    const { store, root, outside } = await makePlaces();
    await symlink(outside, join(root, ".textmill"));
    await expect(store.write("a.txt", "text")).rejects.toMatchObject({ name: "Error", code: "broken" });
    expect(await readdir(outside)).toEqual(["secret.txt"]);
  });

  it("is the folder itself when it is opened through a link", async () => {
    const { root, outside } = await makePlaces();
    await symlink(root, join(outside, "door"));
    const store = folderStore(join(outside, "door"));
    await store.write("folder/a.txt", "text");
    expect(await textOf(store, "folder/a.txt")).toBe("text");
    expect(await keysOf(store.list("folder/"))).toEqual(["folder/a.txt"]);
  });
});

describe("removing files from a folder", () => {
  it("removes a link, never what it leads to", async () => {
    const { store, root, outside } = await makePlaces();
    await store.write(".textmill/runs/1/real", "text");
    await store.write("a.txt", "text");
    await symlink(join(outside, "secret.txt"), join(root, ".textmill/runs/1/out"));
    await symlink("../../../a.txt", join(root, ".textmill/runs/1/in"));
    await symlink(outside, join(root, ".textmill/runs/1/folder"));
    await symlink("nowhere", join(root, ".textmill/runs/1/dangling"));
    await store.remove(["out", "in", "folder", "dangling"].map((name) => `.textmill/runs/1/${name}`));
    expect(await readdir(join(root, ".textmill/runs/1"))).toEqual(["real"]);
    expect(await textOf(store, "a.txt")).toBe("text");
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  it.each([
    ["out of it", (outside: string) => outside],
    ["to another folder in it", () => "../letters"],
  ])("removes nothing behind a link %s", async (_, target) => {
    const { store, root, outside } = await makePlaces();
    await store.write("letters/secret.txt", "text");
    await store.write(".textmill/settings.json", "{}");
    await symlink(target(outside), join(root, ".textmill/runs"));
    await store.remove([".textmill/runs/secret.txt", ".textmill/runs/../letters/secret.txt"]);
    expect(await textOf(store, "letters/secret.txt")).toBe("text");
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  it("removes nothing when its scratch folder is a link out", async () => {
    const { store, root, outside } = await makePlaces();
    await symlink(outside, join(root, ".textmill"));
    await store.remove([".textmill/secret.txt"]);
    expect(await readdir(outside)).toEqual(["secret.txt"]);
  });

  it("removes the folders that are empty then, but never one that somebody may be about to write into", async () => {
    const { store, root } = await makePlaces();
    for (const key of ["1/chunks/0", "1/results/0", "1/run.json", "2/chunks/a/b"]) {
      await store.write(`.textmill/runs/${key}`, "text");
    }
    await store.remove([".textmill/runs/1/chunks/0", ".textmill/runs/2/chunks/a/b"]);
    expect(await readdir(join(root, ".textmill/runs"))).toEqual(["1"]);
    expect((await readdir(join(root, ".textmill/runs/1"))).toSorted()).toEqual(["results", "run.json"]);
    await store.remove([".textmill/runs/1/results/0", ".textmill/runs/1/run.json"]);
    expect((await readdir(join(root, ".textmill"))).toSorted()).toEqual(["runs", "tmp"]);
  });
});

describe("what killed writers left in a folder", () => {
  it("is listed apart, with its age, and can be removed", async () => {
    const { store, root } = await makePlaces();
    await store.write("a.txt", "text");
    const path = join(root, ".textmill/tmp/left");
    await writeFile(path, "half");
    await utimes(path, 1000, 1000);
    expect(await all(store.unfinishedWrites())).toMatchObject([
      { key: ".textmill/tmp/left", bytes: 4, lastModified: new Date(1_000_000) },
    ]);
    await store.remove([".textmill/tmp/left"]);
    expect(await readdir(join(root, ".textmill/tmp"))).toEqual([]);
    expect(await textOf(store, "a.txt")).toBe("text");
  });

  it("is nothing where the folder of unfinished files is a link", async () => {
    const { store, root, outside } = await makePlaces();
    await mkdir(join(root, ".textmill"));
    await symlink(outside, join(root, ".textmill/tmp"));
    expect(await all(store.unfinishedWrites())).toEqual([]);
  });
});

describe("files in a folder that are no documents", () => {
  it("lists a pipe, and does not wait for it to be written to", async () => {
    const { store, root } = await makePlaces();
    execFileSync("mkfifo", [join(root, "pipe.pdf")]);
    const [listed] = await all(store.list());
    expect(listed).toMatchObject({ key: "pipe.pdf", bytes: 0 });
    expect(await store.read("pipe.pdf")).toMatchObject({ outcome: "not-a-file" });
    const download = store.download("pipe.pdf", "/dev/null", { etag: listed?.etag ?? "", maxBytes: 1 });
    expect(await download).toMatchObject({ outcome: "not-a-file" });
  });

  it("lists a file whose name is not UTF-8, and says to rename it", async () => {
    const { store, root } = await makePlaces();
    await writeFile(Buffer.from(`${root}/caf\xe9.pdf`, "latin1"), "text");
    expect(await keysOf(store.list())).toEqual(["caf\ufffd.pdf"]);
    const read = await store.read("caf\ufffd.pdf");
    expect(read).toMatchObject({ outcome: "not-found", message: expect.stringContaining("rename") });
  });

  it("lists a folder whose name is not UTF-8 as one object, so that its documents are not missed in silence", async () => {
    const { store, root } = await makePlaces();
    const folder = Buffer.from(`${root}/caf\xe9`, "latin1");
    await mkdir(folder);
    await writeFile(Buffer.concat([folder, Buffer.from("/a.pdf")]), "text");
    await store.write("real \ufffd/a.pdf", "text");
    expect(await keysOf(store.list())).toEqual(["caf\ufffd", "real \ufffd/a.pdf"]);
    expect(await store.read("caf\ufffd")).toMatchObject({ outcome: "not-found" });
  });

  const isRoot = process.getuid?.() === 0;
  const unlessRoot = isRoot ? " (skipped: root may read everything)" : "";

  it.skipIf(isRoot)(`lists a file that may not be read, and refuses it${unlessRoot}`, async () => {
    const { store, root } = await makePlaces();
    await store.write("a.pdf", "text");
    await chmod(join(root, "a.pdf"), 0);
    expect(await keysOf(store.list())).toEqual(["a.pdf"]);
    expect(await store.read("a.pdf")).toMatchObject({ outcome: "access-denied" });
  });

  it.skipIf(isRoot)(`fails when a folder may not be listed${unlessRoot}`, async () => {
    const { store, root } = await makePlaces();
    await store.write("folder/a.pdf", "text");
    await chmod(join(root, "folder"), 0);
    onTestFinished(() => chmod(join(root, "folder"), 0o700));
    await expect(all(store.list())).rejects.toMatchObject({ code: "access-denied" });
    expect(await store.read("folder/a.pdf")).toMatchObject({ outcome: "access-denied" });
  });

  it.skipIf(isRoot)(`fails when the folder may not be written to${unlessRoot}`, async () => {
    const { store, root } = await makePlaces();
    await chmod(root, 0o500);
    onTestFinished(() => chmod(root, 0o700));
    await expect(store.write("a.pdf", "text")).rejects.toMatchObject({ code: "access-denied" });
  });

  it.skipIf(isRoot)(`says which file may not be removed${unlessRoot}`, async () => {
    const { store, root } = await makePlaces();
    await store.write(".textmill/runs/1/run.json", "{}");
    await chmod(join(root, ".textmill/runs/1"), 0o500);
    onTestFinished(() => chmod(join(root, ".textmill/runs/1"), 0o700));
    await expect(store.remove([".textmill/runs/1/run.json"])).rejects.toMatchObject({
      code: "access-denied",
      message: expect.stringContaining('".textmill/runs/1/run.json"'),
    });
  });
});

describe("names that a folder cannot hold", () => {
  it("refuses to write a file where a folder is, with or without ifAbsent", async () => {
    const { store } = await makePlaces();
    await store.write("folder/a.txt", "text");
    expect(await store.write("folder", "text")).toMatchObject({ outcome: "unwritable-name" });
    expect(await store.write("folder", "text", { ifAbsent: true })).toMatchObject({
      outcome: "unwritable-name",
    });
    expect(await store.read("folder")).toMatchObject({ outcome: "not-a-file" });
    expect(await textOf(store, "folder/a.txt")).toBe("text");
  });

  it("refuses to write a file below a file", async () => {
    const { store } = await makePlaces();
    await store.write("a.txt", "text");
    expect(await store.write("a.txt/b.txt", "text")).toMatchObject({ outcome: "unwritable-name" });
    expect(await store.write("a.txt/b/c.txt", "text")).toMatchObject({ outcome: "unwritable-name" });
    expect(await keysOf(store.list())).toEqual(["a.txt"]);
  });

  it.each([
    ["has a segment of 300 bytes", "x".repeat(300)],
    ["has a folder of 300 bytes", `${"x".repeat(300)}/a.txt`],
    ["has a NUL", "nul\0.txt"],
    ["is longer than a path", `${"x".repeat(200)}/`.repeat(25)],
  ])("refuses a key that %s, and makes no folder for it", async (_, key) => {
    const { store, root } = await makePlaces();
    expect(await store.write(key, "text")).toMatchObject({ outcome: "unwritable-name" });
    expect(await store.read(key)).toMatchObject({ outcome: "not-found" });
    expect(await keysOf(store.list(key))).toEqual([]);
    expect(await keysOf(store.list(`${key}/`))).toEqual([]);
    expect(await readdir(root)).toEqual([".textmill"]);
  });
});

describe("the folder itself", () => {
  it("is an absolute path with a slash at its end", async () => {
    expect(folderStore("some/folder").location).toBe(`${process.cwd()}/some/folder/`);
    expect(folderStore("/").location).toBe("/");
  });

  it("cannot be listed when it does not exist, but read, and is made by the first write", async () => {
    const { root } = await makePlaces();
    const store = folderStore(join(root, "not/yet"));
    await expect(all(store.list())).rejects.toMatchObject({
      code: "missing",
      message: expect.stringContaining("not/yet"),
    });
    expect(await store.read("a.txt")).toMatchObject({ outcome: "not-found" });
    expect(await store.write("a.txt", "text", { ifAbsent: true })).toMatchObject({ outcome: "written" });
    expect(await textOf(store, "a.txt")).toBe("text");
  });

  it("cannot be listed, read or written when it is a file", async () => {
    const { root } = await makePlaces();
    await writeFile(join(root, "file"), "text");
    const store = folderStore(join(root, "file"));
    await expect(all(store.list())).rejects.toMatchObject({ code: "missing" });
    expect(await store.read("a.txt")).toMatchObject({ outcome: "not-found" });
    await expect(store.write("a.txt", "text")).rejects.toMatchObject({ code: "broken" });
  });

  it("has nothing left of any write, and does not list what is being written", async () => {
    const { store, root } = await makePlaces();
    const temporary = join(root, ".textmill/tmp");
    await store.write(".textmill/runs/1/run.json", "{}");
    await store.write("a.txt", "text", { ifAbsent: true });
    await store.write("a.txt", "text", { ifAbsent: true });
    await store.write("a.txt/b.txt", "text");
    await store.write("b.txt", failing()).catch(() => {});
    expect(await readdir(temporary)).toEqual([]);

    await writeFile(join(temporary, "being-written"), "half of a t");
    expect(await keysOf(store.list())).toEqual([".textmill/runs/1/run.json", "a.txt"]);
    for (const prefix of [".textmill/tmp/", ".textmill/tmp/b", ".textmill/t"])
      expect(await keysOf(store.list(prefix))).toEqual([]);
    expect(await keysOf(store.list(".textmill/"))).toEqual([".textmill/runs/1/run.json"]);
  });

  it("says changed when another program writes into a file after it was listed", async () => {
    const { store, root } = await makePlaces();
    await store.write("a.pdf", "text");
    const [listed] = await all(store.list());
    await writeFile(join(root, "a.pdf"), "TEXT");
    await utimes(join(root, "a.pdf"), 1, 1);
    const download = store.download("a.pdf", "/dev/null", { etag: listed?.etag ?? "", maxBytes: 100 });
    expect(await download).toMatchObject({ outcome: "changed" });
  });

  it("says changed when another program writes into a file while it is copied", async () => {
    const { store, root } = await makePlaces();
    await store.write("a.pdf", "x".repeat(2 ** 20));
    const [listed] = await all(store.list());
    // The copy goes into a pipe, so it cannot end before the file was changed.
    const pipe = join(root, "copy");
    execFileSync("mkfifo", [pipe]);
    const copying = store.download("a.pdf", pipe, { etag: listed?.etag ?? "", maxBytes: 2 ** 21 });
    const reader = createReadStream(pipe);
    await new Promise<void>((begun) => reader.once("readable", () => begun()));
    await appendFile(join(root, "a.pdf"), "more");
    reader.resume();
    expect(await copying).toMatchObject({ outcome: "changed" });
  });

  it("lists files in order across the groups in which they are looked up", async () => {
    const { store, root } = await makePlaces();
    const names = Array.from({ length: 300 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => writeFile(join(root, name), "")));
    for (const name of ["100-folder", "2-folder", "99-folder"]) await store.write(`${name}/a.txt`, "");
    const keys = [...names, "100-folder/a.txt", "2-folder/a.txt", "99-folder/a.txt"].toSorted();
    expect(await keysOf(store.list())).toEqual(keys);
  });
});

// --- Support ---------------------------------------------------------------------------------

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-store-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function makePlaces() {
  const root = await makeFolder();
  const outside = await makeFolder();
  await writeFile(join(outside, "secret.txt"), "secret");
  return { root, outside, store: folderStore(root) };
}

const keysOf = async (objects: Parameters<typeof all>[0]) => (await all(objects)).map(({ key }) => key);

async function* failing(): AsyncGenerator<string> {
  yield "half";
  throw new Error("no more");
}
