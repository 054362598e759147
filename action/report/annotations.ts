import { count, counted } from "./numbers.ts";
import type { Report } from "./report.ts";

export interface Annotation {
  title: string;
  message: string;
}

/** GitHub shows ten of a step and drops the rest without a word. */
const maxAnnotations = 10;

/** The failures as far as there is room; the last one counts those that are left out. */
export function annotationsOf(report: Report): Annotation[] {
  const failures = report.failures.flatMap(({ reason, samples }) =>
    samples.map(({ key, message }) => ({
      title: `Document failed: ${reason}`,
      message: `${key}: ${message}`,
    })),
  );
  const total = report.documents.failed;
  if (total <= maxAnnotations) return failures.slice(0, maxAnnotations);
  const shown = failures.slice(0, maxAnnotations - 1);
  return [
    ...shown,
    {
      title: `${count(total - shown.length)} more documents failed`,
      message: `${counted(total, "document")} failed in all. The summary names them by reason, ${report.files.results} each of them.`,
    },
  ];
}
