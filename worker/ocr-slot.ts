import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { bundleFolder } from "./bundle.ts";
import type { Reason, Settings } from "./contract.ts";
import { type OcrJob, type OcrMessage, outOfMemoryExitCode } from "./ocr-messages.ts";
import { offerToOomKiller, residentBytesOf } from "./process-memory.ts";

/** A place for one OCR process at a time. The process is started when it is needed and replaced when it dies. */
export interface OcrSlot {
  /** So that the process is ready when the first job comes. */
  warmUp(): void;
  isBusy(): boolean;
  run(job: OcrJob, listener: JobListener): void;
  /** CPU time of all its processes so far. */
  cpuSeconds(): number;
  killIfGreedy(): void;
  close(): void;
}

export interface JobListener {
  onMessage(message: OcrMessage): void;
  /** The slot is free again. `death` tells why the process died on the job, if it did. */
  onEnd(death: Reason | undefined): void;
}

/** A process that one huge page has grown is replaced: WASM never gives memory back. */
const recycleAboveBytes = 800 * 2 ** 20;

/**
 * Lets V8 inline more of Tesseract, whose networks call small virtual functions for each column of a line. Chrome
 * does so from V8 13.7 on (v8.dev/blog/wasm-speculative-optimizations); Node 24 has 13.6, which can but does not, and
 * Node 20 does not know the flags.
 */
export const v8Flags =
  Number(process.versions.node.split(".")[0]) < 24
    ? []
    : ["--wasm-inlining-call-indirect", "--wasm-inlining-budget=20000", "--wasm-inlining-factor=6"];

interface State {
  settings: Settings;
  memoryLimitBytes: number;
  child: ChildProcess | undefined;
  listener: JobListener | undefined;
  deadline: NodeJS.Timeout | undefined;
  killedFor: Reason | undefined;
  cpuSeconds: number;
  cpuSecondsOfEnded: number;
}

export function openOcrSlot(settings: Settings, memoryLimitBytes: number): OcrSlot {
  const state: State = {
    settings,
    memoryLimitBytes,
    child: undefined,
    listener: undefined,
    deadline: undefined,
    killedFor: undefined,
    cpuSeconds: 0,
    cpuSecondsOfEnded: 0,
  };
  return {
    warmUp: () => {
      state.child ??= startProcess(state);
    },
    isBusy: () => state.listener !== undefined,
    run(job, listener) {
      state.listener = listener;
      state.child ??= startProcess(state);
      state.child.send(job);
      armDeadline(state);
    },
    cpuSeconds: () => state.cpuSecondsOfEnded + state.cpuSeconds,
    killIfGreedy() {
      const { listener, child } = state;
      const residentBytes = listener && child?.pid ? residentBytesOf(child.pid) : 0;
      if (residentBytes > memoryLimitBytes) kill(state, "out-of-memory");
    },
    close() {
      clearTimeout(state.deadline);
      state.listener = undefined;
      state.child?.kill("SIGKILL");
    },
  };
}

function startProcess(state: State): ChildProcess {
  const child = fork(join(bundleFolder, "ocr-process.mjs"), state.settings.languages, {
    // What libraries print about broken documents says less than the result does.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: v8Flags,
  });
  const ifCurrent = (act: () => void) => {
    if (state.child === child) act();
  };
  child.on("message", (message: OcrMessage) => ifCurrent(() => receive(state, message)));
  // E.g. of a send to a process that has just died: its exit is what counts.
  child.on("error", () => child.kill("SIGKILL"));
  child.once("exit", (code, signal) => ifCurrent(() => bury(state, reasonOfDeath(code, signal))));
  if (child.pid !== undefined) offerToOomKiller(child.pid);
  return child;
}

function armDeadline(state: State): void {
  clearTimeout(state.deadline);
  state.deadline = setTimeout(() => kill(state, "timeout"), state.settings.limits.pageSeconds * 1000);
}

function kill(state: State, reason: Reason): void {
  state.killedFor = reason;
  state.child?.kill("SIGKILL");
}

function receive(state: State, message: OcrMessage): void {
  if (state.listener === undefined) return;
  if (message.type !== "finished") {
    armDeadline(state);
    state.listener.onMessage(message);
    return;
  }
  state.cpuSeconds = message.cpuSeconds;
  if (message.residentBytes > recycleAboveBytes) {
    state.child?.kill("SIGKILL");
    forgetProcess(state);
  }
  free(state, undefined);
}

/** Besides the supervisor only the kernel kills, when memory is short; V8 aborts when its heap is full. */
const reasonOfDeath = (exitCode: number | null, signal: NodeJS.Signals | null): Reason =>
  exitCode === outOfMemoryExitCode || signal === "SIGKILL" || signal === "SIGABRT"
    ? "out-of-memory"
    : "crashed";

/** The process has ended, by itself or killed. */
function bury(state: State, reason: Reason): void {
  const death = state.killedFor ?? reason;
  forgetProcess(state);
  free(state, death);
}

function forgetProcess(state: State): void {
  state.cpuSecondsOfEnded += state.cpuSeconds;
  Object.assign(state, { child: undefined, killedFor: undefined, cpuSeconds: 0 });
}

function free(state: State, death: Reason | undefined): void {
  const { listener } = state;
  clearTimeout(state.deadline);
  state.listener = undefined;
  listener?.onEnd(death);
}

/** What to tell of a document on which two processes died, `doing` what was being done with it. */
export function deathMessage(
  death: Reason,
  doing: "read" | "wrote the outputs of",
  { limits }: Settings,
  memoryLimitBytes: number,
): string {
  const mebibytes = Math.round(memoryLimitBytes / 2 ** 20);
  switch (death) {
    case "timeout":
      return `No page was finished within ${limits.pageSeconds} seconds (input page-timeout-seconds), twice.`;
    case "out-of-memory":
      return `The process that ${doing} it needed more than ${mebibytes} MiB, twice.`;
    default:
      return `The process that ${doing} it died, twice.`;
  }
}
