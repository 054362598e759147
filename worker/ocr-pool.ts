import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { bundleFolder } from "./bundle.ts";
import type { Reason, Settings } from "./contract.ts";
import { type OcrMessage, outOfMemoryExitCode, type PageReading, type ReadPages } from "./ocr-messages.ts";
import { memoryLimitBytes, residentBytesOf } from "./process-memory.ts";

export type DocumentReading =
  | { outcome: "read"; format: string; pages: PageReading[] }
  | { outcome: "refused"; reason: Reason; message: string }
  /** The pool was closed first. */
  | { outcome: "abandoned" };

/**
 * The OCR processes of a worker. The first is started at once, so that it is ready when the first document is
 * here, the others when there is work; they are replaced when they die.
 */
export interface OcrPool {
  /** Reads a document, its pages spread over the processes. Documents are taken in the order of the calls. */
  read(path: string, watcher: ReadingWatcher): Promise<DocumentReading>;
  /** CPU time of all processes so far. */
  cpuSeconds(): number;
  /** Kills the processes and abandons what they read. */
  close(): void;
}

export interface ReadingWatcher {
  /** A process has taken the document. */
  onBegun(): void;
  onPage(): void;
}

/** A long document is handed out in spans of this many pages: the last ones should not wait for one process. */
const pagesPerSpan = 4;

/**
 * A page that killed its process is tried once more in a fresh one; after that each death costs the page
 * that was being read, and this many deaths the document.
 */
const deathsPerDocument = 6;

/** A process that one huge page has grown is replaced: WASM never gives memory back. */
const recycleAboveBytes = 800 * 2 ** 20;

interface Reading {
  path: string;
  watcher: ReadingWatcher;
  settle: (reading: DocumentReading) => void;
  settled: boolean;
  /** Known once a process has opened the document. */
  opened: { format: string; pages: number } | undefined;
  /** By index from 0. */
  readings: PageReading[];
  missing: number;
  deaths: number;
}

interface Span {
  reading: Reading;
  nextPage: number;
  endPage: number;
}

interface Slot {
  child: ChildProcess | undefined;
  span: Span | undefined;
  deadline: NodeJS.Timeout | undefined;
  killedFor: Reason | undefined;
  cpuSeconds: number;
}

interface State {
  settings: Settings;
  slots: Slot[];
  queue: Span[];
  closed: boolean;
  cpuSecondsOfEnded: number;
  memoryLimitBytes: number;
}

export function openOcrPool(processes: number, settings: Settings): OcrPool {
  const state: State = {
    settings,
    slots: Array.from({ length: processes }, emptySlot),
    queue: [],
    closed: false,
    cpuSecondsOfEnded: 0,
    memoryLimitBytes: memoryLimitBytes(processes),
  };
  const [first] = state.slots;
  if (first !== undefined) first.child = startProcess(state, first);
  const memoryWatch = setInterval(() => killTheGreedy(state), 1000).unref();
  return {
    read: (path, watcher) => new Promise((settle) => enqueue(state, path, watcher, settle)),
    cpuSeconds: () => state.slots.reduce((sum, slot) => sum + slot.cpuSeconds, state.cpuSecondsOfEnded),
    close() {
      clearInterval(memoryWatch);
      close(state);
    },
  };
}

const emptySlot = (): Slot => ({
  child: undefined,
  span: undefined,
  deadline: undefined,
  killedFor: undefined,
  cpuSeconds: 0,
});

function enqueue(state: State, path: string, watcher: ReadingWatcher, settle: Reading["settle"]): void {
  if (state.closed) {
    settle({ outcome: "abandoned" });
    return;
  }
  const reading: Reading = {
    path,
    watcher,
    settle,
    settled: false,
    opened: undefined,
    readings: [],
    missing: 0,
    deaths: 0,
  };
  state.queue.push({ reading, nextPage: 1, endPage: pagesPerSpan });
  dispatch(state);
}

function settle(state: State, reading: Reading, outcome: DocumentReading): void {
  if (reading.settled) return;
  reading.settled = true;
  state.queue = state.queue.filter((span) => span.reading !== reading);
  reading.settle(outcome);
}

/** Gives every idle process the next span. */
function dispatch(state: State): void {
  for (const slot of state.slots) {
    if (slot.span !== undefined || state.closed) continue;
    const span = state.queue.shift();
    if (span === undefined) return;
    slot.span = span;
    if (span.reading.opened === undefined) span.reading.watcher.onBegun();
    slot.child ??= startProcess(state, slot);
    const job: ReadPages = {
      path: span.reading.path,
      firstPage: span.nextPage,
      pages: span.endPage - span.nextPage + 1,
      limits: state.settings.limits,
    };
    slot.child.send(job);
    armDeadline(state, slot);
  }
}

function startProcess(state: State, slot: Slot): ChildProcess {
  const child = fork(join(bundleFolder, "ocr-process.mjs"), state.settings.languages, {
    // What libraries print about broken documents says less than the result does.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
  });
  const ifCurrent = (act: () => void) => {
    if (slot.child === child) act();
  };
  child.on("message", (message: OcrMessage) => ifCurrent(() => receive(state, slot, message)));
  // E.g. of a send to a process that has just died: its exit is what counts.
  child.on("error", () => child.kill("SIGKILL"));
  child.once("exit", (code) => ifCurrent(() => bury(state, slot, code)));
  return child;
}

function armDeadline(state: State, slot: Slot): void {
  clearTimeout(slot.deadline);
  slot.deadline = setTimeout(() => kill(slot, "timeout"), state.settings.limits.pageSeconds * 1000);
}

function kill(slot: Slot, reason: Reason): void {
  slot.killedFor = reason;
  slot.child?.kill("SIGKILL");
}

function receive(state: State, slot: Slot, message: OcrMessage): void {
  const { span } = slot;
  if (span === undefined) return;
  armDeadline(state, slot);
  const { reading } = span;
  if (message.type === "opened") noteOpened(state, span, message);
  else if (message.type === "refused") settle(state, reading, { ...message, outcome: "refused" });
  else if (message.type === "reading") {
    span.nextPage = message.reading.page + 1;
    notePage(state, reading, message.reading);
  } else finishSpan(state, slot, message);
}

function noteOpened(state: State, span: Span, opened: { format: string; pages: number }): void {
  const { reading } = span;
  if (reading.opened !== undefined) return;
  reading.opened = { format: opened.format, pages: opened.pages };
  reading.missing = opened.pages;
  if (opened.pages === 0) settle(state, reading, noPages);
  const rest: Span[] = [];
  for (let page = span.endPage + 1; page <= opened.pages; page += pagesPerSpan) {
    rest.push({ reading, nextPage: page, endPage: page + pagesPerSpan - 1 });
  }
  // In front: a document that was begun is finished before the next one, so that little is in flight.
  state.queue.unshift(...rest);
  span.endPage = Math.min(span.endPage, opened.pages);
  dispatch(state);
}

const noPages: DocumentReading = {
  outcome: "refused",
  reason: "corrupt",
  message: "The document has no pages.",
};

function notePage(state: State, reading: Reading, page: PageReading): void {
  if (reading.readings[page.page - 1] !== undefined) return;
  reading.readings[page.page - 1] = page;
  reading.missing--;
  reading.watcher.onPage();
  if (reading.missing === 0 && reading.opened !== undefined) {
    settle(state, reading, { outcome: "read", format: reading.opened.format, pages: reading.readings });
  }
}

function finishSpan(state: State, slot: Slot, usage: { residentBytes: number; cpuSeconds: number }): void {
  clearTimeout(slot.deadline);
  slot.span = undefined;
  slot.cpuSeconds = usage.cpuSeconds;
  if (usage.residentBytes > recycleAboveBytes) {
    slot.child?.kill("SIGKILL");
    vacate(state, slot);
  }
  dispatch(state);
}

function vacate(state: State, slot: Slot): void {
  clearTimeout(slot.deadline);
  state.cpuSecondsOfEnded += slot.cpuSeconds;
  Object.assign(slot, emptySlot());
}

/** A process has ended: what it was reading is tried again or given up, and the slot is free. */
function bury(state: State, slot: Slot, exitCode: number | null): void {
  const { span } = slot;
  const reason = slot.killedFor ?? (exitCode === outOfMemoryExitCode ? "out-of-memory" : "crashed");
  vacate(state, slot);
  if (span !== undefined && !span.reading.settled && !state.closed) recover(state, span, reason);
  dispatch(state);
}

function recover(state: State, span: Span, reason: Reason): void {
  const { reading } = span;
  reading.deaths++;
  const isFirst = reading.deaths === 1;
  const message = deathMessages(state)[reason] ?? reason;
  if (reading.deaths >= deathsPerDocument || (reading.opened === undefined && !isFirst)) {
    settle(state, reading, { outcome: "refused", reason, message });
    return;
  }
  if (!isFirst) {
    notePage(state, reading, { page: span.nextPage, outcome: "failed", reason, message });
    span.nextPage++;
  }
  if (span.nextPage <= span.endPage) state.queue.unshift(span);
}

const deathMessages = ({ settings, memoryLimitBytes }: State): Partial<Record<Reason, string>> => ({
  timeout: `No page was finished within ${settings.limits.pageSeconds} seconds (input page-timeout-seconds), twice.`,
  "out-of-memory": `The process that read it needed more than ${Math.round(memoryLimitBytes / 2 ** 20)} MiB, twice.`,
  crashed: "The process that read it died, twice.",
});

function killTheGreedy(state: State): void {
  for (const slot of state.slots) {
    const residentBytes = slot.span && slot.child?.pid ? residentBytesOf(slot.child.pid) : 0;
    if (residentBytes > state.memoryLimitBytes) kill(slot, "out-of-memory");
  }
}

function close(state: State): void {
  state.closed = true;
  const readings = new Set(
    [...state.queue, ...state.slots.map(({ span }) => span)].map((span) => span?.reading),
  );
  for (const slot of state.slots) {
    clearTimeout(slot.deadline);
    slot.child?.kill("SIGKILL");
  }
  for (const reading of readings) if (reading) settle(state, reading, { outcome: "abandoned" });
}
