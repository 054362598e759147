/** What an element does to the text round it. Elements that a vocabulary does not name only pass their text on. */
export type Role =
  /** Neither the element nor what is in it counts. */
  | "dropped"
  /** What stands in it has lines of its own. */
  | "block"
  /** The same, with an empty line before and after. */
  | "paragraph"
  /** A line; empty ones show. */
  | "line"
  | "row"
  | "cell"
  | "break"
  | "tab"
  | "hyphen"
  | "space"
  /** White space in it counts. */
  | "preformatted"
  /** A note: its text comes after all other text. */
  | "note";

/** Text as it is put together. What parts it from the text to come is held back until that comes. */
export interface Text {
  parts: string[];
  characters: number;
  maxCharacters: number;
  breaks: number;
  tabs: number;
  space: boolean;
  /** In a row of which no cell has had text yet: the break before the row is still to come. */
  isRowEmpty: boolean;
}

export const emptyText = (maxCharacters: number): Text => ({
  parts: [],
  characters: 0,
  maxCharacters,
  breaks: 0,
  tabs: 0,
  space: false,
  isRowEmpty: false,
});

/** Adds what shows, after what has been held back. */
export function add(text: Text, characters: string): void {
  if (characters === "" || text.characters > text.maxCharacters) return;
  if (text.breaks > 0 && text.parts.length > 0) text.parts.push("\n".repeat(Math.min(text.breaks, 2)));
  if (text.tabs > 0) text.parts.push("\t".repeat(Math.min(text.tabs, maxTabs)));
  else if (text.space && text.breaks === 0 && text.parts.length > 0) text.parts.push(" ");
  text.parts.push(characters);
  text.characters += characters.length;
  Object.assign(text, { breaks: 0, tabs: 0, space: false, isRowEmpty: false });
}

/** A spreadsheet pasted into a letter can have rows of thousands of empty cells. */
const maxTabs = 100;

/** Adds text in which a run of white space is one space. */
export function addCollapsed(text: Text, characters: string): void {
  const words = characters.split(/[ \t\r\n\f]+/);
  words.forEach((word, index) => {
    if (index > 0) text.space = true;
    add(text, word);
  });
}

/** Adds text in which every space counts and line breaks are breaks. */
export function addLines(text: Text, characters: string): void {
  characters.split(/\r?\n/).forEach((line, index) => {
    if (index > 0) text.breaks++;
    add(text, line);
  });
}

/** Nothing parts cells but the tab between them, and rows but one break. */
function breakLine(text: Text, breaks: number): void {
  if (text.tabs === 0 && !text.isRowEmpty) text.breaks = Math.max(text.breaks, breaks);
}

/** An element of that role begins. */
export function begin(text: Text, role: Role): void {
  if (role === "paragraph" || role === "preformatted") breakLine(text, 2);
  else if (role === "block" || role === "line") breakLine(text, 1);
  else if (role === "row")
    Object.assign(text, { breaks: Math.max(text.breaks, 1), tabs: 0, isRowEmpty: true });
  else if (role === "tab") add(text, "\t");
  else if (role === "hyphen") add(text, "-");
}

/** An element of that role ends. */
export function finish(text: Text, role: Role): void {
  if (role === "paragraph" || role === "preformatted") breakLine(text, 2);
  else if (role === "block") breakLine(text, 1);
  else if (role === "line" || role === "break") breakLine(text, text.breaks + 1);
  else if (role === "cell") {
    Object.assign(text, { breaks: text.isRowEmpty ? text.breaks : 0, tabs: text.tabs + 1, space: false });
  } else if (role === "row") Object.assign(text, { breaks: 1, tabs: 0, space: false, isRowEmpty: false });
}
