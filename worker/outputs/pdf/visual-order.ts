/**
 * A word's characters from left to right, as PDF wants them: readers of PDFs turn the runs of right-to-left scripts
 * round again. Digits and Latin letters among them keep their order.
 */
export function visualOrder(word: string): string {
  if (!rightToLeft.test(word)) return word;
  const runs = word.match(runsOfOneDirection) ?? [];
  return runs
    .reverse()
    .map((run) => (leftToRight.test(run) ? run : [...run].reverse().join("")))
    .join("");
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const leftToRight = /^[\p{Script=Latin}\p{Nd}]/u;
const runsOfOneDirection =
  /[\p{Script=Latin}\p{Nd}](?:[\p{Script=Latin}\p{Nd}.,:/-]*[\p{Script=Latin}\p{Nd}])?|[^\p{Script=Latin}\p{Nd}]+/gu;
