import { Parser } from "htmlparser2";
import { add, addCollapsed, addLines, begin, emptyText, finish, type Role, type Text } from "./text-flow.ts";

export interface Vocabulary {
  /** By name, in XML with the customary prefix of its namespace. */
  roles: Map<string, Role>;
  /** Customary prefixes by namespace: a document may use others. None in HTML. */
  prefixes: Map<string, string>;
  /** Only text inside of one of these elements counts; all text where it is `undefined`. */
  textElements: Set<string> | undefined;
  /** Whether runs of white space make one space. */
  collapsesSpace: boolean;
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
  const customary = prefixReader(vocabulary.prefixes);

  const parser = new Parser(
    {
      onopentagname(tag) {
        const name = customary.nameOf(tag);
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
      onopentag(tag, attributes) {
        customary.learn(attributes);
        const name = customary.nameOf(tag);
        // OpenDocument writes several spaces as one element.
        if (depth.dropped > 0 || vocabulary.roles.get(name) !== "space") return;
        add(current(), " ".repeat(Math.min(maxSpaces, Number(attributes["text:c"] ?? 1) || 1)));
      },
      ontext(text) {
        if (depth.dropped > 0 || (vocabulary.textElements && depth.text === 0)) return;
        if (vocabulary.collapsesSpace && depth.preformatted === 0) addCollapsed(current(), text);
        else addLines(current(), text);
      },
      onclosetag(tag) {
        const name = customary.nameOf(tag);
        const role = vocabulary.roles.get(name);
        if (role !== undefined && role !== "note" && depth.dropped === 0) finish(current(), role);
        if (role === "note" && depth.dropped === 0 && open.length > 1) open.pop();
        if (role === "dropped") depth.dropped--;
        if (vocabulary.textElements?.has(name)) depth.text--;
        if (role === "preformatted") depth.preformatted--;
      },
    },
    { xmlMode: vocabulary.prefixes.size > 0 },
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

/** Namespaces are declared on the root, which itself plays no role, and seldom under another prefix. */
function prefixReader(prefixes: Map<string, string>) {
  const customary = new Map<string, string>();
  return {
    learn(attributes: Record<string, string>) {
      for (const [name, namespace] of prefixes.size > 0 ? Object.entries(attributes) : []) {
        const prefix = prefixes.get(namespace);
        if (prefix !== undefined && /^xmlns(?::|$)/.test(name)) customary.set(name.slice(6), prefix);
      }
    },
    nameOf(tag: string): string {
      const colon = tag.indexOf(":");
      const prefix = customary.get(tag.slice(0, Math.max(0, colon)));
      return prefix === undefined ? tag : `${prefix}:${tag.slice(colon + 1)}`;
    },
  };
}

const maxSpaces = 100;
