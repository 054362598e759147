import type { Conclusion } from "./conclude.ts";

export interface ReportedRun {
  outcome: "reported";
  conclusion: Conclusion;
  wantsSummary: boolean;
}

/** How a command ended; `main.ts` makes outputs, annotations and the exit code of it. */
export type CommandEnd =
  | ReportedRun
  /** Each of them once; there may be none. */
  | { outcome: "looked"; runs: ReportedRun[] }
  | { outcome: "planned"; documents: number }
  /** Whether a run would work. */
  | { outcome: "checked"; isWell: boolean }
  /** All was said on the way. */
  | { outcome: "finished" }
  /** Nothing was started. Each error says what to change. */
  | { outcome: "refused"; errors: string[] };

export const refused = (...errors: string[]): CommandEnd & { outcome: "refused" } => ({
  outcome: "refused",
  errors,
});
