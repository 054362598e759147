import { distance } from "fastest-levenshtein";

/** White space is folded: line breaks and spacing are a matter of taste, letters are not. */
const folded = (text: string) => text.replace(/\s+/g, " ").trim();

/** Wrong, missing and added characters, over the characters of the true text. */
export function characterErrors(text: string, truth: string): { errors: number; characters: number } {
  return { errors: distance(folded(text), folded(truth)), characters: folded(truth).length };
}
