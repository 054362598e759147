import { distance } from "fastest-levenshtein";

/** White space is folded: line breaks and spacing are a matter of taste, letters are not. */
const folded = (text: string) => text.replace(/\s+/g, " ").trim();

/** Wrong, missing and added characters, over the characters of the true text. */
export function characterErrors(text: string, truth: string): { errors: number; characters: number } {
  return { errors: distance(folded(text), folded(truth)), characters: folded(truth).length };
}

/** Words found at any place, whatever their order: `found` of the `read` ones are among the `true` ones. */
export function wordMatches(text: string, truth: string): { found: number; read: number; true: number } {
  const words = (of: string) => folded(of).split(" ").filter(Boolean);
  const left = new Map<string, number>();
  for (const word of words(truth)) left.set(word, (left.get(word) ?? 0) + 1);
  let found = 0;
  for (const word of words(text)) {
    const count = left.get(word) ?? 0;
    if (count > 0) found++;
    left.set(word, count - 1);
  }
  return { found, read: words(text).length, true: words(truth).length };
}
