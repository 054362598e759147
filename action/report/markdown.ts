/** The pieces that a summary in Markdown is made of. What they are given is Markdown already. */

/** With an empty line between them, which makes what is folded Markdown again. */
export const joined = (parts: string[]) => `${parts.filter((part) => part !== "").join("\n\n")}\n`;

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => ":--")), ...rows.map(line)].join("\n");
}

export function details(summary: string, content: string[]): string {
  return joined([`<details><summary>${summary}</summary>`, ...content, "</details>"]).trimEnd();
}
