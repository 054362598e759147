/**
 * Keys and error messages come from strangers. Whatever shows one to a person, in Markdown, in a log
 * or in an error, takes it through here.
 */

// Control, format (bidirectional marks among them) and surrogate characters, line and paragraph
// separators, what fonts show nothing for, and every space but the usual one: what is invisible, moves the
// text around it, or looks like something else.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/** Makes invisible characters visible, as `⟨U+000A⟩`: the result is one line that reads as it is stored. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `⟨U+${codePoint(character)}⟩`);
}

/** At most `maxCharacters` (code points): the middle is left out, since both ends of a key tell it apart. */
export function shortened(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // A character is one or two units of a string: what is longer than twice as many need not be read whole.
  if (text.length <= 2 * maxCharacters && Array.from(text).length <= maxCharacters) return text;
  const head = Math.ceil((maxCharacters - 1) / 2);
  const tail = maxCharacters - 1 - head;
  const first = Array.from(text.slice(0, 2 * head)).slice(0, head);
  const last = Array.from(text.slice(text.length - 2 * tail)).slice(-tail);
  return `${first.join("")}…${tail === 0 ? "" : last.join("")}`;
}

/** As a JSON string, for messages: a person sees where the value begins, ends and what is odd in it. */
export function quoted(text: string, maxCharacters = 60): string {
  const escapes = (character: string) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
    }).join("");
  return JSON.stringify(shortened(text, maxCharacters)).replace(unseen, escapes);
}

/**
 * For a line of a log. GitHub's runner takes commands out of a step's output: `::name …::` at the start
 * of a line, and `##[name]` anywhere in it.
 */
export function logText(text: string, maxCharacters = 300): string {
  return visible(shortened(text, maxCharacters))
    .replace(/^(\s*):(?=:)/u, "$1⟨U+003A⟩")
    .replaceAll("##[", "##⟨U+005B⟩");
}

// An HTML comment parts what a renderer would otherwise join into a link, and unlike a zero-width
// character it is not in the text that a person copies.
const part = "<!-- -->";
const asReference = (character: string) => `&#${character.codePointAt(0)};`;

/**
 * For Markdown, tables included. Every sign that Markdown or HTML could take for markup becomes a
 * character reference, which cannot start anything. References do not stop addresses from becoming
 * links: renderers look for `www.` and `@` in the finished text too, so those are parted. The `<code>`
 * around it keeps GitHub from turning @names, #numbers and commit hashes into links.
 */
export function markdownCode(text: string, maxCharacters = 160): string {
  const safe = visible(shortened(text, maxCharacters))
    .replace(/[!-+:-@[-`{-~]/g, asReference)
    .replaceAll("&#58;", `&#58;${part}`)
    .replaceAll("&#64;", `${part}&#64;${part}`)
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}${part}.`);
  return `<code>${safe}</code>`;
}
