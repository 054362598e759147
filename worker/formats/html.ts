import type { Limits } from "../contract.ts";
import { decodeText } from "./charset.ts";
import { markupReader, rolesOf, type Vocabulary } from "./markup.ts";
import type { Opening } from "./page.ts";
import { maxCharacters } from "./text-limit.ts";
import { openWritten } from "./written.ts";

const vocabulary: Vocabulary = {
  roles: rolesOf({
    dropped: "script style template iframe object embed noembed noframes",
    paragraph: "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote title figure form fieldset",
    preformatted: "pre textarea",
    block:
      "html head body address article aside caption center dd details dialog div dt figcaption footer header hr li " +
      "main nav option section summary tbody tfoot thead",
    row: "tr",
    cell: "td th",
    break: "br",
  }),
  prefixes: new Map(),
  textElements: undefined,
  collapsesSpace: true,
};

/** The text that the markup holds: scripts do not run, and images, frames and style sheets are not looked at. */
export function textOfHtml(html: string, limits: Limits): string {
  const reader = markupReader(vocabulary, maxCharacters(limits));
  reader.write(html);
  return reader.end();
}

export function openHtml(bytes: Uint8Array, limits: Limits): Opening {
  const text = textOfHtml(decodeText(bytes, declaredCharset(bytes)), limits);
  return openWritten({ format: "html", text, enclosed: [] }, limits);
}

/** As browsers do, it is looked for at the beginning only (https://html.spec.whatwg.org/#determining-the-character-encoding). */
function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  return /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? xmlEncoding(head);
}

const xmlEncoding = (head: string) => /^<\?xml[^>]{0,100}encoding\s*=\s*["']([\w-]+)/.exec(head)?.[1];
