/** Shows how a run goes on: a bar at a terminal, now and then a line in a log. */

import { SingleBar } from "cli-progress";
import { count, counted, duration, rate } from "./report/numbers.ts";

export interface Progress {
  documents: { total: number; done: number; failed: number; skipped: number };
  /** Those of unfinished documents included. */
  pages: number;
  elapsedSeconds: number;
}

export interface ProgressDisplay {
  update(progress: Progress): void;
  /** A line of its own between those of the progress. */
  note(line: string): void;
  close(): void;
}

/** Work that was there at the first look was done before, in a time that nobody measured. */
export type Start = Pick<Progress, "pages" | "elapsedSeconds"> & { documents: number };

const nothing: Start = { documents: 0, pages: 0, elapsedSeconds: 0 };

export const endedDocuments = ({ documents: { done, failed, skipped } }: Progress) => done + failed + skipped;

/** `12/200 documents, 1 failed, 340 pages, 3.2 pages/s, 12 min left`. */
export function progressLine(progress: Progress, start: Start = nothing): string {
  return `${count(endedDocuments(progress))}/${count(progress.documents.total)} documents, ${details(progress, start)}`;
}

function details(progress: Progress, start: Start): string {
  const { documents, pages, elapsedSeconds } = progress;
  const seconds = elapsedSeconds - start.elapsedSeconds;
  const pagesHere = pages - start.pages;
  const ended = endedDocuments(progress);
  const endedHere = ended - start.documents;
  const parts = [`${count(documents.failed)} failed`, counted(pages, "page")];
  if (seconds > 0 && pagesHere > 0) parts.push(`${rate(pagesHere / seconds)} pages/s`);
  if (seconds > 0 && endedHere > 0 && ended < documents.total) {
    parts.push(`${duration(((documents.total - ended) * seconds) / endedHere)} left`);
  }
  return parts.join(", ");
}

export interface DisplayOptions {
  isTerminal: boolean;
  /** Hears of every update. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Milliseconds. */
  now?: () => number;
}

export function openProgressDisplay(
  stream: NodeJS.WritableStream,
  { isTerminal, onProgress, now = () => performance.now() }: DisplayOptions,
): ProgressDisplay {
  const display = isTerminal ? openBar(stream) : openLines(stream, now);
  return {
    ...display,
    update(progress) {
      display.update(progress);
      onProgress?.(progress);
    },
  };
}

export const startAt = (first: Progress): Start => ({
  documents: endedDocuments(first),
  pages: first.pages,
  elapsedSeconds: first.elapsedSeconds,
});

function openBar(stream: NodeJS.WritableStream): ProgressDisplay {
  const bar = new SingleBar({
    stream,
    format: "[{bar}] {value}/{total} documents, {details}",
    barsize: 20,
    // The program has its own way to end at a signal.
    gracefulExit: false,
  });
  let start: Start | undefined;
  return {
    update(progress) {
      const isFirst = start === undefined;
      start ??= startAt(progress);
      const payload = { details: details(progress, start) };
      if (isFirst) bar.start(progress.documents.total, endedDocuments(progress), payload);
      else bar.update(endedDocuments(progress), payload);
    },
    note(line) {
      // The next update draws the bar again, below the line.
      stream.write(`\r\u001b[K${line}\n`);
    },
    close: () => bar.stop(),
  };
}

const secondsBetweenLines = 10;

/** A line every ten seconds, also when nothing has changed: a log that stands still looks like a program that does. */
function openLines(stream: NodeJS.WritableStream, now: () => number): ProgressDisplay {
  let start: Start | undefined;
  let latest: { progress: Progress; at: number } | undefined;
  let isWritten = true;
  let timer: NodeJS.Timeout | undefined;

  function write() {
    if (latest === undefined) return;
    const waitedSeconds = (now() - latest.at) / 1000;
    const progress = { ...latest.progress, elapsedSeconds: latest.progress.elapsedSeconds + waitedSeconds };
    stream.write(`${progressLine(progress, start)}\n`);
    isWritten = true;
  }

  return {
    update(progress) {
      start ??= startAt(progress);
      latest = { progress, at: now() };
      isWritten = false;
      if (timer !== undefined) return;
      write();
      timer = setInterval(write, secondsBetweenLines * 1000).unref();
    },
    note: (line) => void stream.write(`${line}\n`),
    close() {
      clearInterval(timer);
      if (!isWritten) write();
    },
  };
}
