/**
 * A word's characters from left to right, as PDF wants them: readers of PDFs turn the runs of right-to-left scripts
 * round again. Digits and Latin letters among them keep their order.
 */
export function visualOrder(word: string): string {
  if (!rightToLeft.test(word)) return word;
  const runs = word.match(runsOfOneDirection) ?? [];
  return runs
    .reverse()
    .map((run) => (startsLeftToRight.test(run) ? run : [...run].reverse().join("")))
    .join("");
}

/** Whether the first letter of a line is of a script that runs from right to left. */
export const isRightToLeft = (line: string) => rightToLeft.test(/\p{L}/u.exec(line)?.[0] ?? "");

/** Hebrew, Arabic, Syriac and their neighbours in Unicode. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const startsLeftToRight = /^[\p{Script=Latin}\p{Nd}]/u;
const runsOfOneDirection =
  /[\p{Script=Latin}\p{Nd}](?:[\p{Script=Latin}\p{Nd}.,:/-]*[\p{Script=Latin}\p{Nd}])?|[^\p{Script=Latin}\p{Nd}]+/gu;
