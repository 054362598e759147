import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logText, markdownCode, quoted, shortened, visible } from "../../../action/report/escape.ts";
import { hostileText } from "./made-up.ts";

const markup = fc.string({
  unit: fc.constantFrom(
    ..."<>&|`*_[]()~#@:!\\\"'=+-./ \n\r\t\u0000\u2028\u202e\u00a0wWa1é\u{1f600}",
    "www.",
    "://",
  ),
});
const anyText = fc.oneof(markup, fc.string({ unit: "binary" }));

describe("visible", () => {
  test.each([
    { name: "a line break", text: "a\nb", expected: "a⟨U+000A⟩b" },
    { name: "an escape sequence", text: "\u001b[2J", expected: "⟨U+001B⟩[2J" },
    { name: "text that turns around", text: "\u202egpj.exe", expected: "⟨U+202E⟩gpj.exe" },
    { name: "a space of no width", text: "a\u200bb", expected: "a⟨U+200B⟩b" },
    { name: "a space that is not the usual one", text: "3\u202fPM\u00a0", expected: "3⟨U+202F⟩PM⟨U+00A0⟩" },
    { name: "a letter that fonts leave out", text: "a\u3164b", expected: "a⟨U+3164⟩b" },
    { name: "a character beyond 16 bits", text: "\u{e0041}", expected: "⟨U+E0041⟩" },
    { name: "half of a character", text: "a\ud83d", expected: "a⟨U+D83D⟩" },
    { name: "a line separator", text: "a\u2028b", expected: "a⟨U+2028⟩b" },
  ])("shows $name", ({ text, expected }) => {
    expect(visible(text)).toBe(expected);
  });

  test.each(["plain name.pdf", "Ünïcode – письмо 手紙.pdf", "\u{1f600}", ""])(
    "leaves %j as it is",
    (text) => {
      expect(visible(text)).toBe(text);
    },
  );

  test("never yields what cannot be seen", () => {
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(visible(text))));
  });
});

describe("shortened", () => {
  test.each([
    { text: "abcdef", max: 6, expected: "abcdef" },
    { text: "abcdef", max: 5, expected: "ab…ef" },
    { text: "abcdef", max: 4, expected: "ab…f" },
    { text: "\u{1f600}\u{1f601}\u{1f602}", max: 3, expected: "\u{1f600}\u{1f601}\u{1f602}" },
    { text: "\u{1f600}\u{1f601}\u{1f602}\u{1f603}", max: 3, expected: "\u{1f600}…\u{1f603}" },
  ])("leaves the middle out of $text for $max", ({ text, max, expected }) => {
    expect(shortened(text, max)).toBe(expected);
  });

  test("never exceeds what it may have, and keeps what fits", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, max) => {
        const length = Array.from(text).length;
        expect(Array.from(shortened(text, max))).toHaveLength(Math.min(length, max));
        if (length <= max) expect(shortened(text, max)).toBe(text);
      }),
    );
  });
});

describe("quoted", () => {
  test("is JSON of the text, with nothing in it that cannot be seen", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = quoted(text, 1000);
        expect(JSON.parse(json)).toBe(text);
        expect(visible(json)).toBe(json);
      }),
    );
  });

  test("is short", () => {
    expect(quoted("x".repeat(100), 5)).toBe('"xx…xx"');
  });
});

describe("logText", () => {
  test.each([
    { text: "::error::gone", expected: "⟨U+003A⟩:error::gone" },
    { text: "  ::add-mask::a", expected: "  ⟨U+003A⟩:add-mask::a" },
    { text: "a ##[error]b", expected: "a ##⟨U+005B⟩error]b" },
    { text: "a\n::error::b", expected: "a⟨U+000A⟩::error::b" },
    { text: "std::vector: a", expected: "std::vector: a" },
  ])("makes no command for the runner of $text", ({ text, expected }) => {
    expect(logText(text)).toBe(expected);
  });

  test("is always one line without a command", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(logText(text)).not.toMatch(/^\s*::|##\[|[\r\n\u2028\u2029]/u);
      }),
    );
  });
});

/** What a browser shows: character references resolved, comments left out. */
function shown(html: string): string {
  return html
    .replaceAll("<!-- -->", "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

describe("markdownCode", () => {
  test.each([
    { text: "letters/a-1.pdf", expected: "<code>letters/a-1.pdf</code>" },
    { text: "a|b", expected: "<code>a&#124;b</code>" },
    { text: "<b>", expected: "<code>&#60;b&#62;</code>" },
    { text: "&amp;", expected: "<code>&#38;amp&#59;</code>" },
    { text: "`*_[]~", expected: "<code>&#96;&#42;&#95;&#91;&#93;&#126;</code>" },
    { text: "#12", expected: "<code>&#35;12</code>" },
    { text: "@a", expected: "<code><!-- -->&#64;<!-- -->a</code>" },
    { text: "http://a", expected: "<code>http&#58;<!-- -->//a</code>" },
    { text: "WWW.a", expected: "<code>WWW<!-- -->.a</code>" },
    { text: "a\n\n# b", expected: "<code>a⟨U&#43;000A⟩⟨U&#43;000A⟩&#35; b</code>" },
  ])("shows $text and nothing else", ({ text, expected }) => {
    expect(markdownCode(text)).toBe(expected);
  });

  test("never yields a tag, a table's border, a new line, a mention or a link", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constant(hostileText)), (text) => {
        const [, inside = ""] = /^<code>(.*)<\/code>$/su.exec(markdownCode(text)) ?? [];
        const literal = inside.replaceAll("<!-- -->", "").replace(/&#\d+;/g, "");
        expect(literal).not.toMatch(/[!-+:-@[-`{-~\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(inside).not.toMatch(/www\.|:\/\//i);
        expect(shown(inside)).toBe(visible(shortened(text, 160)));
      }),
    );
  });
});
