import type { Reason } from "./contract.ts";
import { maxCharacters, refuseTooMuchText } from "./formats/text-limit.ts";
import type { OcrMessage, PageOutcome, ReadPages } from "./ocr-messages.ts";
import type { DeathMessage, Work } from "./ocr-work.ts";

export type DocumentReading =
  | { outcome: "read"; format: string; pages: PageOutcome[] }
  | { outcome: "refused"; reason: Reason; message: string }
  /** The pool was closed first. */
  | { outcome: "abandoned" };

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

interface Reading {
  folder: string;
  settings: ReadPages["settings"];
  watcher: ReadingWatcher;
  deathMessage: DeathMessage;
  done: (reading: DocumentReading) => void;
  /** Told once no process works on the document any more, which would still write into its folder. */
  result: DocumentReading | undefined;
  spansUnderWay: number;
  /** Known once a process has opened the document. */
  opened: { format: string; pages: number } | undefined;
  /** By index from 0. */
  outcomes: PageOutcome[];
  missing: number;
  characters: number;
  deaths: number;
  addFirst: (works: Work[]) => void;
}

interface Span {
  reading: Reading;
  nextPage: number;
  endPage: number;
}

/** The first work of reading a document; the spans of a long one are handed to `addFirst` when it is open. */
export function readingOf(
  document: Pick<Reading, "folder" | "settings" | "watcher" | "deathMessage" | "addFirst">,
  done: (reading: DocumentReading) => void,
): Work {
  const reading: Reading = {
    ...document,
    done,
    result: undefined,
    spansUnderWay: 0,
    opened: undefined,
    outcomes: [],
    missing: 0,
    characters: 0,
    deaths: 0,
  };
  return workOf({ reading, nextPage: 1, endPage: pagesPerSpan });
}

function workOf(span: Span): Work {
  const { reading } = span;
  return {
    isOver: () => reading.result !== undefined,
    begin() {
      reading.spansUnderWay++;
      if (reading.opened === undefined) reading.watcher.onBegun();
      const { folder, settings } = reading;
      const pages = span.endPage - span.nextPage + 1;
      return { type: "read", folder, firstPage: span.nextPage, pages, settings };
    },
    onMessage: (message) => receive(span, message),
    onEnd(death) {
      reading.spansUnderWay--;
      const isTriedAgain = death !== undefined && reading.result === undefined && recover(span, death);
      if (reading.spansUnderWay === 0 && reading.result !== undefined) reading.done(reading.result);
      return isTriedAgain;
    },
    abandon: () => reading.done({ outcome: "abandoned" }),
  };
}

function settle(reading: Reading, result: DocumentReading): void {
  reading.result ??= result;
}

function receive(span: Span, message: OcrMessage): void {
  const { reading } = span;
  if (message.type === "opened") noteOpened(span, message);
  else if (message.type === "refused") settle(reading, { ...message, outcome: "refused" });
  else if (message.type === "page") {
    span.nextPage = message.page.page + 1;
    notePage(reading, message.page);
  }
}

function noteOpened(span: Span, { format, pages }: { format: string; pages: number }): void {
  const { reading } = span;
  if (reading.opened !== undefined) return;
  reading.opened = { format, pages };
  reading.missing = pages;
  if (pages === 0) {
    settle(reading, { outcome: "refused", reason: "corrupt", message: "The document has no pages." });
  }
  const rest: Work[] = [];
  for (let page = span.endPage + 1; page <= pages; page += pagesPerSpan) {
    rest.push(workOf({ reading, nextPage: page, endPage: page + pagesPerSpan - 1 }));
  }
  span.endPage = Math.min(span.endPage, pages);
  reading.addFirst(rest);
}

function notePage(reading: Reading, page: PageOutcome): void {
  if (reading.result !== undefined || reading.outcomes[page.page - 1] !== undefined) return;
  reading.outcomes[page.page - 1] = page;
  reading.missing--;
  reading.watcher.onPage();
  if (page.outcome !== "failed") reading.characters += page.characters;
  if (reading.characters > maxCharacters(reading.settings.limits))
    settle(reading, refuseTooMuchText(reading.settings.limits));
  if (reading.missing === 0 && reading.opened !== undefined) {
    settle(reading, { outcome: "read", format: reading.opened.format, pages: reading.outcomes });
  }
}

function recover(span: Span, reason: Reason): boolean {
  const { reading } = span;
  reading.deaths++;
  const isFirst = reading.deaths === 1;
  const message = reading.deathMessage(reason);
  if (reading.deaths >= deathsPerDocument || (reading.opened === undefined && !isFirst)) {
    settle(reading, { outcome: "refused", reason, message });
    return false;
  }
  if (!isFirst) {
    notePage(reading, { page: span.nextPage, outcome: "failed", reason, message });
    span.nextPage++;
  }
  return span.nextPage <= span.endPage;
}
