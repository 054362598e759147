import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cleanUpDestination, cleanup } from "../../../action/commands/cleanup.ts";
import type { Console } from "../../../action/console.ts";
import { runKeys } from "../../../worker/contract.ts";
import { folderStore } from "../../../worker/stores/folder.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { keptKeys, keysIn, putOldRun, scratchKeys } from "../../support/old-run.ts";

const day = 24 * 60 * 60 * 1000;

function listen() {
  const lines: string[] = [];
  const info = (line: string) => void lines.push(line);
  const console: Console = {
    isTerminal: false,
    info,
    warning: (line) => info(`warning: ${line}`),
    error: (line) => info(`error: ${line}`),
    phase: (_, work) => work(),
  };
  return { lines, console };
}

async function makeDestination() {
  const root = await temporaryFolder();
  const destination = folderStore(root);
  const cleanUp = async (confirm: boolean) => {
    const { lines, console } = listen();
    await cleanUpDestination(destination, { confirm, now: new Date(Date.now() + 31 * day) }, console);
    return lines;
  };
  return { root, destination, cleanUp };
}

describe("cleanup of a destination", () => {
  it("shows a line for each run and changes nothing, then deletes what it showed, then finds nothing", async () => {
    const { destination, cleanUp } = await makeDestination();
    await destination.write("a.pdf.txt", "text");
    await putOldRun(destination, "1", "partial");
    await destination.write(runKeys.chunk("2", 0), "x".repeat(2048));
    const today = new Date().toISOString().slice(0, 10);

    const before = await keysIn(destination);
    expect(await cleanUp(false)).toEqual([
      `would delete 6 files (12 B) of the run 1, partial, last reported on ${today}`,
      `would delete 1 file (2 KiB) of the run 2, planned on ${today} and never begun`,
      "7 files of 2 runs and 0 unfinished are not needed; nothing was deleted (confirm: true deletes)",
    ]);
    expect(await keysIn(destination)).toEqual(before);

    expect(await cleanUp(true)).toEqual([
      `deleting 6 files (12 B) of the run 1, partial, last reported on ${today}`,
      `deleting 1 file (2 KiB) of the run 2, planned on ${today} and never begun`,
      "deleted 7 files of 2 runs and 0 unfinished",
    ]);
    const stays = [...keptKeys("1"), runKeys.cleaned("1"), "a.pdf.txt"];
    expect((await keysIn(destination)).toSorted()).toEqual(stays.toSorted());
    expect(await cleanUp(true)).toEqual(["deleted 0 files of 0 runs and 0 unfinished"]);
  });

  it("deletes what killed writers left, but nothing that may still be written", async () => {
    const { root, cleanUp } = await makeDestination();
    await folderStore(root).write("a.txt", "text");
    const temporary = join(root, ".textmill/tmp");
    for (const name of ["old", "new"]) await writeFile(join(temporary, name), "half");
    const later = new Date(Date.now() + 30.5 * day);
    await utimes(join(temporary, "new"), later, later);
    expect((await cleanUp(false))[0]).toBe("would delete 1 file (4 B) that were never finished");
    expect(await readdir(temporary)).toHaveLength(2);
    expect((await cleanUp(true)).at(-1)).toBe("deleted 0 files of 0 runs and 1 unfinished");
    expect(await readdir(temporary)).toEqual(["new"]);
  });

  it("shows hostile names as one line that commands nothing", async () => {
    const { destination, cleanUp } = await makeDestination();
    await destination.write(runKeys.chunk("::error::x\n##[error]y", 0), "{}");
    await putOldRun(destination, "1\n2", "succeeded", { files: { [runKeys.report("1\n2")]: "" } });
    const lines = await cleanUp(false);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).not.toMatch(/\n|^::|##\[/);
  });

  it("leaves AWS out when the destination is a folder", async () => {
    const root = await temporaryFolder();
    await putOldRun(folderStore(root), "1");
    const { lines, console } = listen();
    const destination = { kind: "folder", path: root } as const;
    const end = await cleanup({ command: "cleanup", destination, region: undefined, confirm: true }, console);
    expect(end).toEqual({ outcome: "finished" });
    expect(lines).toEqual([
      "deleted 0 files of 0 runs and 0 unfinished",
      "the destination is a folder: nothing was looked for on AWS (aws-region says where to)",
    ]);
    expect(await keysIn(folderStore(root))).toEqual(expect.arrayContaining(scratchKeys("1")));
  });
});
