import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { removeFiles, type UnneededFiles, unneededFiles } from "../../../action/cleanup/unneeded-files.ts";
import { hasEnded } from "../../../action/run-folder.ts";
import { runKeys } from "../../../worker/contract.ts";
import { folderStore } from "../../../worker/stores/folder.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { keptKeys, keysIn, putOldRun, scratchKeys } from "../../support/old-run.ts";

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);

async function makeDestination() {
  const root = await temporaryFolder();
  const destination = folderStore(root);
  const warnings: string[] = [];
  const find = async (days = 31) => {
    const found: UnneededFiles[] = [];
    for await (const files of unneededFiles(destination, inDays(days), (line) => void warnings.push(line))) {
      found.push(files);
    }
    return found;
  };
  return { root, destination, warnings, find };
}

describe("of a run that has ended", () => {
  it.each(["succeeded", "partial", "failed", "cancelled"] as const)(
    "chunks, results and jobs are not needed 30 days after its report: %s",
    async (outcome) => {
      const { destination, find } = await makeDestination();
      await putOldRun(destination, "1", outcome);
      const [found, ...others] = await find();
      expect(others).toEqual([]);
      expect(found).toMatchObject({ runId: "1", why: outcome, bytes: 2 * scratchKeys("1").length });
      expect(found?.keys.toSorted()).toEqual(scratchKeys("1").toSorted());
      expect(await find(29)).toEqual([]);
    },
  );

  it("the report and what it is made of stay, with a mark that the rest is gone", async () => {
    const { destination, find } = await makeDestination();
    const outputs = ["chunks/000000.jsonl", "letters/a.pdf.txt", ".textmill/settings.json"];
    for (const key of outputs) await destination.write(key, "text");
    await putOldRun(destination, "1");
    await putOldRun(destination, "2", "running");
    for (const files of await find()) await removeFiles(destination, files, inDays(31));
    const stays = [...outputs, ...keptKeys("1"), runKeys.cleaned("1"), ...keptKeys("2"), ...scratchKeys("2")];
    expect((await keysIn(destination)).toSorted()).toEqual(stays.toSorted());
    expect(await find()).toEqual([]);
  });

  it("the rest is deleted at once when a cleanup was interrupted", async () => {
    const { destination, find } = await makeDestination();
    await putOldRun(destination, "1");
    await removeFiles(destination, { ...one(await find()), keys: scratchKeys("1").slice(0, 2) }, inDays(31));
    expect(one(await find()).keys.toSorted()).toEqual(scratchKeys("1").slice(2).toSorted());
  });

  it("is over for whoever would go on with it", async () => {
    const { destination, find } = await makeDestination();
    await putOldRun(destination, "1", "cancelled", { files: { [runKeys.cancelled("1")]: undefined } });
    expect(await hasEnded(destination, "1")).toBe(false);
    await removeFiles(destination, one(await find()), inDays(31));
    expect(await hasEnded(destination, "1")).toBe(true);
  });
});

describe("a run is left alone", () => {
  it.each([
    ["when it was running when last reported", "running", {}],
    ["when nobody has reported it", "succeeded", { "report.json": undefined }],
    ["when its list of results is missing", "succeeded", { "results.jsonl": undefined }],
    ["when its description is missing", "succeeded", { "run.json": undefined }],
  ] as const)("%s", async (_, outcome, changes) => {
    const { destination, warnings, find } = await makeDestination();
    const files = Object.fromEntries(
      Object.entries(changes).map(([name, text]) => [runKeys.folder("1") + name, text]),
    );
    await putOldRun(destination, "1", outcome, { files });
    expect(await find()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ["is no JSON", "report"],
    ["is of another version", '{"version":2,"outcome":"succeeded"}'],
    ["tells another outcome", '{"version":1,"outcome":"done"}'],
    ["tells no outcome", '{"version":1}'],
  ])("with a word about it, when its report %s", async (_, report) => {
    const { destination, warnings, find } = await makeDestination();
    await putOldRun(destination, "1", "succeeded", { files: { [runKeys.report("1")]: report } });
    await putOldRun(destination, "2");
    expect((await find()).map(({ runId }) => runId)).toEqual(["2"]);
    expect(warnings).toEqual([expect.stringMatching(/^leaving the run 1 as it is: .*report\.json/)]);
  });

  it.each([runKeys.chunkResults("1", 1), runKeys.report("1"), runKeys.chunk("1", 0)])(
    "when %s was written in the last 30 days, whatever the report says",
    async (key) => {
      const { root, destination, find } = await makeDestination();
      await putOldRun(destination, "1");
      await utimes(join(root, key), inDays(5), inDays(5));
      expect(await find(34)).toEqual([]);
      expect(await find(36)).toHaveLength(1);
    },
  );
});

describe("chunks of a run that never began", () => {
  it("are not needed 30 days after they were written", async () => {
    const { destination, find } = await makeDestination();
    for (const chunk of [0, 1]) await destination.write(runKeys.chunk("1", chunk), "{}");
    expect(await find(29)).toEqual([]);
    const found = one(await find());
    expect(found).toMatchObject({ runId: "1", why: "never begun", bytes: 4 });
    await removeFiles(destination, found, inDays(31));
    expect(await keysIn(destination)).toEqual([]);
  });

  it("are let be when there is anything else of the run", async () => {
    const { destination, find } = await makeDestination();
    await destination.write(runKeys.chunk("1", 0), "{}");
    await destination.write(`${runKeys.folder("1")}notes.txt`, "mine");
    await destination.write(runKeys.chunk("2", 0), "{}");
    await destination.write(runKeys.chunkResults("2", 0), "{}");
    expect(await find()).toEqual([]);
  });
});

it("finds nothing in a destination without runs, nor in files beside them", async () => {
  const { destination, find } = await makeDestination();
  expect(await find()).toEqual([]);
  await destination.write(".textmill/runs/file", "text");
  await destination.write(".textmill/runs/../chunks/000000.jsonl/notes", "text");
  await destination.write("runs/1/chunks/000000.jsonl", "text");
  expect((await find()).flatMap(({ keys }) => keys)).toEqual([".textmill/runs/../chunks/000000.jsonl/notes"]);
});

function one(found: UnneededFiles[]): UnneededFiles {
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) throw new Error(`${found.length} runs were found.`);
  return first;
}
