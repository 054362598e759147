import { Parser } from "htmlparser2";

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

export interface Vocabulary {
  /** By local name in HTML, with the customary prefix in XML. */
  roles: Map<string, Role>;
  /** Only text inside of one of these elements counts; all text where it is `undefined`. */
  textElements: Set<string> | undefined;
  /** Whether runs of white space make one space. */
  collapsesSpace: boolean;
  isXml: boolean;
}

/** A vocabulary's roles from their elements' names. */
export const rolesOf = (names: Partial<Record<Role, string>>): Map<string, Role> =>
  new Map(
    Object.entries(names).flatMap(([role, elements]) =>
      elements.split(" ").map((element) => [element, role as Role] as const),
    ),
  );

export interface MarkupReader {
  write(markup: string): void;
  /** The text. When it is longer than the most characters, what comes beyond may be missing. */
  end(): string;
}

/**
 * Text of HTML or XML, read as a stream: depth and length cost no stack and no tree. No entity that a
 * document declares is ever expanded, and nothing that it points to is fetched.
 */
export function markupReader(vocabulary: Vocabulary, maxCharacters: number): MarkupReader {
  const body = emptyText(maxCharacters);
  const notes: Text[] = [];
  const open: Text[] = [body];
  const current = () => open.at(-1) ?? body;
  const depth = { dropped: 0, text: 0, preformatted: 0 };

  const parser = new Parser(
    {
      onopentagname(name) {
        const role = vocabulary.roles.get(name);
        if (role === "dropped") depth.dropped++;
        if (vocabulary.textElements?.has(name)) depth.text++;
        if (role === "preformatted") depth.preformatted++;
        if (role === undefined || depth.dropped > 0) return;
        if (role === "note") {
          const note = emptyText(maxCharacters);
          notes.push(note);
          open.push(note);
        } else begin(current(), role);
      },
      onopentag(name, attributes) {
        // OpenDocument writes several spaces as one element.
        if (depth.dropped > 0 || vocabulary.roles.get(name) !== "space") return;
        add(current(), " ".repeat(Math.min(maxSpaces, Number(attributes["text:c"] ?? 1) || 1)));
      },
      ontext(text) {
        if (depth.dropped > 0 || (vocabulary.textElements && depth.text === 0)) return;
        if (vocabulary.collapsesSpace && depth.preformatted === 0) addCollapsed(current(), text);
        else addLines(current(), text);
      },
      onclosetag(name) {
        const role = vocabulary.roles.get(name);
        if (role !== undefined && role !== "note" && depth.dropped === 0) finish(current(), role);
        if (role === "note" && depth.dropped === 0 && open.length > 1) open.pop();
        if (role === "dropped") depth.dropped--;
        if (vocabulary.textElements?.has(name)) depth.text--;
        if (role === "preformatted") depth.preformatted--;
      },
    },
    { xmlMode: vocabulary.isXml },
  );
  return {
    write: (markup) => parser.write(markup),
    end() {
      parser.end();
      return [body, ...notes]
        .map(({ parts }) => parts.join(""))
        .filter((text) => text !== "")
        .join("\n");
    },
  };
}

const maxSpaces = 100;

/** Text as it is put together. What parts it from the text to come is held back until that comes. */
interface Text {
  parts: string[];
  characters: number;
  maxCharacters: number;
  breaks: number;
  tabs: number;
  space: boolean;
  /** In a row of which no cell has had text yet: the break before the row is still to come. */
  isRowEmpty: boolean;
}

const emptyText = (maxCharacters: number): Text => ({
  parts: [],
  characters: 0,
  maxCharacters,
  breaks: 0,
  tabs: 0,
  space: false,
  isRowEmpty: false,
});

function add(text: Text, characters: string): void {
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

function addCollapsed(text: Text, characters: string): void {
  const words = characters.split(/[ \t\r\n\f]+/);
  words.forEach((word, index) => {
    if (index > 0) text.space = true;
    add(text, word);
  });
}

function addLines(text: Text, characters: string): void {
  characters.split(/\r?\n/).forEach((line, index) => {
    if (index > 0) text.breaks++;
    add(text, line);
  });
}

/** Nothing parts cells but the tab between them, and rows but one break. */
function breakLine(text: Text, breaks: number): void {
  if (text.tabs === 0 && !text.isRowEmpty) text.breaks = Math.max(text.breaks, breaks);
}

function begin(text: Text, role: Role): void {
  if (role === "paragraph" || role === "preformatted") breakLine(text, 2);
  else if (role === "block" || role === "line") breakLine(text, 1);
  else if (role === "row")
    Object.assign(text, { breaks: Math.max(text.breaks, 1), tabs: 0, isRowEmpty: true });
  else if (role === "tab") add(text, "\t");
  else if (role === "hyphen") add(text, "-");
}

function finish(text: Text, role: Role): void {
  if (role === "paragraph" || role === "preformatted") breakLine(text, 2);
  else if (role === "block") breakLine(text, 1);
  else if (role === "line" || role === "break") breakLine(text, text.breaks + 1);
  else if (role === "cell") {
    Object.assign(text, { breaks: text.isRowEmpty ? text.breaks : 0, tabs: text.tabs + 1, space: false });
  } else if (role === "row") Object.assign(text, { breaks: 1, tabs: 0, space: false, isRowEmpty: false });
}
