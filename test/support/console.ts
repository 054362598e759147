import type { Console } from "../../action/console.ts";

/** Remembers what it is told. */
export function listeningConsole(): Console & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    isTerminal: false,
    info: (line) => void lines.push(line),
    warning: (line) => void lines.push(`warning: ${line}`),
    error: (line) => void lines.push(`error: ${line}`),
    phase: (_, work) => work(),
  };
}
