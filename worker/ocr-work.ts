import type { Reason } from "./contract.ts";
import type { OcrJob, OcrMessage } from "./ocr-messages.ts";

/** Something for an OCR process to do, and what comes of it. */
export interface Work {
  /** Nobody waits for it any more. */
  isOver(): boolean;
  /** Called when a process takes it. */
  begin(): OcrJob;
  onMessage(message: OcrMessage): void;
  /** Its process has done it, or died on it. Returns whether another one is to try it. */
  onEnd(death: Reason | undefined): boolean;
  /** The pool was closed. */
  abandon(): void;
}

/** Tells of a death for people. */
export type DeathMessage = (death: Reason) => string;
