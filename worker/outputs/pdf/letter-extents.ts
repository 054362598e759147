/** How far the letters of a word reach above and below the line they stand on, in ems of a usual book face. */
export interface Extent {
  above: number;
  below: number;
}

/** `undefined` where a word has only signs that tell nothing, e.g. a dash. */
export function extentOf(word: string): Extent | undefined {
  if (unspacedScript.test(word)) return { above: 0.8, below: 0.1 };
  // Letters and their accents apart.
  const signs = word.normalize("NFD");
  if (!/[\p{L}\p{Nd}]/u.test(signs)) return undefined;
  if (!threeScripts.test(signs)) return { above: 0.7, below: 0.2 };
  return {
    above: tall.test(signs) ? 0.7 : middling.test(signs) ? 0.6 : 0.47,
    below: deep.test(signs) ? 0.21 : lowered.test(signs) ? 0.13 : 0,
  };
}

const unspacedScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const threeScripts = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u;
const tall = /[\p{Lu}\p{Nd}bdfhijklßбфіїјћђβδζθλξφψ!?()[\]{}/\\|"'“”‘’%&$€£§]|\p{M}/u;
const middling = /[tτ]/u;
const deep = /[gjpqyQþруфβγζημξρφχψς()[\]{}/\\|$§]/u;
const lowered = /[,;дцщДЦЩ„‚]/u;
