import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Resident memory of a process and of all below it, each by its program's name and id; from Linux's /proc. */
export function residentMebibytes(root: number): Map<string, number> {
  const found = new Map<string, number>();
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, "utf8");
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  for (const pid of parents.keys()) {
    let ancestor: number | undefined = pid;
    while (ancestor !== undefined && ancestor !== root && ancestor > 1) ancestor = parents.get(ancestor);
    if (ancestor !== root) continue;
    try {
      const program = programOf(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
      found.set(`${program}#${pid}`, (pages * 4096) / 2 ** 20);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** By proc(5)'s `cmdline`: the script where an interpreter runs one; flags may stand before it. */
export function programOf(commandLine: string): string {
  const words = commandLine.split("\0").slice(0, 8);
  return basename(words.find((word) => /\.(mjs|py)$/.test(word)) ?? words[0] ?? "");
}
