import type { Surroundings } from "../../action/aws/ensure.ts";

/** Never really waits; remembers what was said and for how many seconds it would have waited. */
export function surroundings(): Surroundings & { lines: string[]; waited: number } {
  const around = {
    lines: [] as string[],
    waited: 0,
    log: (line: string) => void around.lines.push(line),
    wait: async (seconds: number) => {
      around.waited += seconds;
    },
  };
  return around;
}
