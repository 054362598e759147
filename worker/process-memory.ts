import { readFileSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";

const most = 2 * 2 ** 30;

/** What one of several OCR processes may use: its share of four fifths of the memory, 2 GiB at most. */
export function memoryLimitBytes(processes: number): number {
  // 0 or a number beyond all memory where no container sets a limit.
  const constrained = process.constrainedMemory();
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.min(most, (available * 0.8) / processes);
}

/** The resident memory of another process; 0 when it is gone and where the system has no /proc. */
export function residentBytesOf(pid: number): number {
  try {
    const [, residentPages = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    const pageBytes = 4096;
    return Number(residentPages) * pageBytes;
  } catch {
    return 0;
  }
}

/** When memory is short, the kernel shall end this process and not the supervisor, whose end loses a chunk's work. */
export function offerToOomKiller(pid: number): void {
  try {
    // From -1000 (never) to 1000 (first); every process may raise its own and its children's.
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // It is gone already, or the system has no /proc.
  }
}
