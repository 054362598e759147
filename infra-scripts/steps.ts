/** Things of an account: how they were found, and what brings them to where they are wanted. */

export type Step = {
  /** E.g. `role textmill-job`. */
  thing: string;
  found: string;
} & (
  | { outcome: "as-wanted" }
  | {
      outcome: "to-change";
      /** E.g. `create`. */
      change: string;
      /** Lines on what exactly, if the change does not say it all. */
      details?: string[];
      carryOut(): Promise<unknown>;
    }
  | {
      outcome: "refused";
      /** Why, and what to do. */
      refusal: string;
    }
);

export type Say = (line: string) => void;

/** A table of all steps, and below it the details of each. */
function stepTable(steps: readonly Step[]): string[] {
  const rows = [["thing", "now", "to do"], ...steps.map((step) => [step.thing, step.found, nextOf(step)])];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [width(0), width(1)];
  const table = rows.map(
    (row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`,
  );
  const details = steps.flatMap((step) =>
    step.outcome === "to-change" && step.details !== undefined && step.details.length > 0
      ? ["", `${step.thing}:`, ...step.details.map((line) => `  ${line}`)]
      : [],
  );
  return [...table, ...details];
}

function nextOf(step: Step): string {
  if (step.outcome === "to-change") return step.change;
  return step.outcome === "refused" ? "see below" : "nothing";
}

export type StepsEnd = "done" | "nothing to do" | "not confirmed" | "refused";

/** Shows the steps and, if they are confirmed and none is refused, carries them out in their order. */
export async function playSteps(steps: readonly Step[], isConfirmed: boolean, say: Say): Promise<StepsEnd> {
  for (const line of stepTable(steps)) say(line);
  say("");
  const refused = steps.filter((step) => step.outcome === "refused");
  for (const { refusal } of refused) say(`error: ${refusal}`);
  if (refused.length > 0) return "refused";
  const changes = steps.filter((step) => step.outcome === "to-change");
  if (changes.length === 0) return "nothing to do";
  if (!isConfirmed) return "not confirmed";
  for (const { thing, change, carryOut } of changes) {
    say(`${thing}: ${change}`);
    await carryOut();
  }
  return "done";
}
