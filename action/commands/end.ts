import type { Run } from "../../worker/contract.ts";
import type { Conclusion } from "./conclude.ts";

/** How a command ended; `main.ts` makes outputs, annotations and the exit code of it. */
export type CommandEnd =
  | { outcome: "reported"; run: Run; conclusion: Conclusion }
  | { outcome: "planned"; documents: number }
  /** Nothing was started. Each error says what to change. */
  | { outcome: "refused"; errors: string[] };

export const refused = (...errors: string[]): CommandEnd & { outcome: "refused" } => ({
  outcome: "refused",
  errors,
});
