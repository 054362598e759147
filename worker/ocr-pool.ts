import type { Reason, Settings } from "./contract.ts";
import type { WriteOutputs } from "./ocr-messages.ts";
import { type DocumentReading, type ReadingWatcher, readingOf } from "./ocr-reading.ts";
import { deathMessage, type OcrSlot, openOcrSlot } from "./ocr-slot.ts";
import type { Work } from "./ocr-work.ts";
import { type OutputsWriting, writingOf } from "./ocr-writing.ts";
import { memoryLimitBytes } from "./process-memory.ts";

/**
 * The OCR processes of a worker. The first is started at once, so that it is ready when the first document is
 * here, the others when there is work; they are replaced when they die.
 */
export interface OcrPool {
  /**
   * Reads the document of a folder into that folder, its pages spread over the processes. Documents are taken in
   * the order of the calls.
   */
  read(folder: string, watcher: ReadingWatcher): Promise<DocumentReading>;
  /** Makes a document's outputs in its folder. */
  write(job: Omit<WriteOutputs, "type" | "settings">): Promise<OutputsWriting>;
  /** CPU time of all processes so far. */
  cpuSeconds(): number;
  /** Kills the processes and abandons what they do. */
  close(): void;
}

interface State {
  slots: OcrSlot[];
  queue: Work[];
  underWay: Set<Work>;
  isClosed: boolean;
}

export function openOcrPool(processes: number, settings: Settings): OcrPool {
  const memoryLimit = memoryLimitBytes(processes);
  const slots = Array.from({ length: processes }, () => openOcrSlot(settings, memoryLimit));
  const state: State = { slots, queue: [], underWay: new Set(), isClosed: false };
  slots[0]?.warmUp();
  const memoryWatch = setInterval(() => slots.forEach(killIfGreedy), 1000).unref();
  const messageOf = (doing: Parameters<typeof deathMessage>[1]) => (death: Reason) =>
    deathMessage(death, doing, settings, memoryLimit);
  return {
    read: (folder, watcher) =>
      new Promise((done) => {
        const addFirst = (works: Work[]) => add(state, works, "first");
        const deaths = messageOf("read");
        add(state, [readingOf({ folder, settings, watcher, deathMessage: deaths, addFirst }, done)], "last");
      }),
    write: (job) =>
      new Promise((done) => {
        const deaths = messageOf("wrote the outputs of");
        add(state, [writingOf({ ...job, type: "write", settings }, deaths, done)], "first");
      }),
    cpuSeconds: () => slots.reduce((sum, slot) => sum + slot.cpuSeconds(), 0),
    close() {
      clearInterval(memoryWatch);
      close(state);
    },
  };
}

const killIfGreedy = (slot: OcrSlot) => slot.killIfGreedy();

/** In front goes what ends a document that was begun, so that little is in flight. */
function add(state: State, works: Work[], where: "first" | "last"): void {
  if (state.isClosed) {
    for (const work of works) work.abandon();
    return;
  }
  state.queue = where === "first" ? [...works, ...state.queue] : [...state.queue, ...works];
  dispatch(state);
}

/** Gives every idle process the next work. */
function dispatch(state: State): void {
  for (const slot of state.slots) {
    if (slot.isBusy()) continue;
    const work = nextWork(state);
    if (work === undefined) return;
    run(state, slot, work);
  }
}

function nextWork({ queue }: State): Work | undefined {
  let work = queue.shift();
  while (work?.isOver()) work = queue.shift();
  return work;
}

function run(state: State, slot: OcrSlot, work: Work): void {
  state.underWay.add(work);
  slot.run(work.begin(), {
    onMessage: work.onMessage,
    onEnd(death) {
      state.underWay.delete(work);
      if (work.onEnd(death)) state.queue.unshift(work);
      dispatch(state);
    },
  });
}

function close(state: State): void {
  state.isClosed = true;
  for (const slot of state.slots) slot.close();
  for (const work of [...state.underWay, ...state.queue]) work.abandon();
  state.queue = [];
}
