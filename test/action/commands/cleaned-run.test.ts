/** What becomes of a run whose chunks, results and jobs were deleted when somebody comes back to it. */
import { BatchClient } from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { removeFiles, unneededFiles } from "../../../action/cleanup/unneeded-files.ts";
import { cancel } from "../../../action/commands/cancel.ts";
import type { CommandEnd } from "../../../action/commands/end.ts";
import { run } from "../../../action/commands/run.ts";
import { submit } from "../../../action/commands/submit.ts";
import { watch } from "../../../action/commands/watch.ts";
import type { Console } from "../../../action/console.ts";
import { readInputs } from "../../../action/inputs.ts";
import { type BatchEngine, runKeys } from "../../../worker/contract.ts";
import { folderStore } from "../../../worker/stores/folder.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { keysIn, putOldRun } from "../../support/old-run.ts";
import { textOf } from "../../worker/stores/store-contract.ts";

const batch = mockClient(BatchClient);
beforeEach(() => batch.reset());
afterAll(() => batch.restore());

const onBatch: BatchEngine = {
  kind: "batch",
  region: "eu-west-1",
  capacity: "spot",
  vcpus: 4,
  memoryMib: 8192,
  maxVcpus: 256,
  image: "image",
  jobDefinition: "definition",
  logGroup: "/textmill/worker",
  publicIp: true,
  queues: { spot: "queue" },
  tags: {},
};

const commands = ["run", "submit", "watch", "cancel"] as const;

/** A cleaned-up run of a folder, as if AWS Batch could work on one: so nothing but Batch has to be made up. */
async function cleanedRun(outcome: "succeeded" | "failed") {
  const root = await temporaryFolder();
  const sourceFolder = await temporaryFolder();
  const destination = folderStore(root);
  const source = folderStore(sourceFolder).location;
  await putOldRun(destination, "1", outcome, { run: { source, engine: onBatch } });
  const later = new Date(Date.now() + 31 * 24 * 60 * 60 * 1000);
  for await (const files of unneededFiles(destination, later, () => undefined)) {
    await removeFiles(destination, files, later);
  }
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const console: Console = {
    isTerminal: false,
    info: say,
    warning: say,
    error: say,
    phase: (_, work) => work(),
  };

  function perform(command: (typeof commands)[number]): Promise<CommandEnd> {
    const raw = {
      command,
      engine: "batch",
      "run-id": "1",
      source: "s3://scans/",
      destination: "s3://texts/",
    };
    const read = readInputs(raw, { cores: 1, region: "eu-west-1" });
    if (!read.ok) throw new Error(read.errors.join("\n"));
    const { inputs } = read;
    const stop = new AbortController().signal;
    const inFolder = { destination: { kind: "folder", path: root } } as const;
    if (inputs.command === "watch") return watch({ ...inputs, ...inFolder }, console, stop);
    if (inputs.command === "cancel") return cancel({ ...inputs, ...inFolder }, console);
    if (inputs.command !== "run" && inputs.command !== "submit") throw new Error(inputs.command);
    const folders = {
      source: { kind: "folder", path: sourceFolder },
      destination: { kind: "folder", path: root },
    } as const;
    return command === "run"
      ? run({ ...inputs, ...folders }, console, stop)
      : submit({ ...inputs, ...folders }, console);
  }

  return { destination, lines, perform };
}

describe("a run that was cleaned up", () => {
  it.each(commands)("is reported as it was and started by nobody: %s", async (command) => {
    const { destination, lines, perform } = await cleanedRun("failed");
    const files = async () =>
      Promise.all((await keysIn(destination)).map(async (key) => [key, await textOf(destination, key)]));
    const before = await files();
    const end = await perform(command);
    expect(end).toMatchObject({
      outcome: "reported",
      conclusion: {
        report: { runId: "1", outcome: "failed", documents: { total: 1, failed: 1 } },
        summary: await textOf(destination, runKeys.summary("1")),
      },
      wantsSummary: true,
    });
    expect(lines).toEqual([
      "run 1 was cleaned up: this is its report of 2026-11-24. " +
        "To do what is missing or new, start another: with another run-id, or without one.",
    ]);
    expect(batch.calls()).toEqual([]);
    expect(await files()).toEqual(before);
  });

  it.each(commands)("is refused when its report was deleted since: %s", async (command) => {
    const { destination, perform } = await cleanedRun("succeeded");
    await destination.remove([runKeys.report("1")]);
    await expect(perform(command)).rejects.toThrow("was cleaned up, and its report is gone");
    expect(batch.calls()).toEqual([]);
  });
});
