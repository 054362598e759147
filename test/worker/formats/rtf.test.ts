import { describe, expect, test } from "vitest";
import { jpeg } from "../../samples/maker/images.ts";
import { rtf } from "../../samples/maker/written.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { petition } from "../../samples/maker/written-texts.ts";
import { opened, textIn } from "../../support/opened.ts";

const fonts = String.raw`{\fonttbl{\f0\fnil\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}`;
const textOf = (body: string) => textIn(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252${fonts}${body}}`, "latin1"));

describe("the text of RTF", () => {
  test.each([
    [String.raw`one\par two\line three`, "one\ntwo\nthree"],
    [String.raw`a\tab b\~c\_d\-e`, "a\tb\u00a0c-de"],
    ["one\r\n two", "one two"],
    ["one\\\ntwo", "one\ntwo"],
    [String.raw`\{\\\}`, "{\\}"],
    [String.raw`caf\'e9 \f1\'e6\'f3\'ea\f0  \'e9`, "café жук é"],
    [String.raw`{\f1\'e6}\'e6`, "жæ"],
    [String.raw`\f2\'93\'fa\'96\'7b`, "日本"],
    [String.raw`\u1078?\u-10179 ?\u-8435 ?`, "ж\u{1f70d}"],
    [String.raw`\uc2\u1078\'a8\'a6\uc0\u1079 b`, "жзb"],
    [String.raw`{\uc0\u1078}\u1078?x`, "жжx"],
    [String.raw`\ldblquote a\rdblquote\endash b\emdash c`, "“a”–b—c"],
    [String.raw`\trowd a\cell b\cell\row c\cell\cell\row d`, "a\tb\nc\nd"],
    [String.raw`{\info{\title no}}{\stylesheet{\s0 no;}}{\*\generator no;}{\colortbl;\red0;}yes`, "yes"],
    [String.raw`{\field{\*\fldinst HYPERLINK "no"}{\fldrslt yes}}`, "yes"],
    [String.raw`a{\*\footnote\pard b}c`, "abc"],
    [String.raw`a{\deleted no}b`, "ab"],
    [String.raw`{\shp{\*\shpinst{\sp{\sn no}{\sv no}}{\shptxt box\par}}}`, "box"],
    [String.raw`a{\pict\wmetafile8\bin4 }{}}}b`, "ab"],
  ])("of %s is %j", async (body, text) => {
    expect(await textOf(body)).toBe(text);
  });

  test("is Russian as Word writes it, then the picture", async () => {
    const picture = await jpeg(slip(["a picture"]), 150);
    expect(await opened(rtf(petition, [picture]))).toMatchObject({
      format: "rtf",
      pages: [{ outcome: "text", text: petition.join("\n") }, { outcome: "image" }],
    });
  });

  test("that is cut off is corrupt", async () => {
    const document = rtf(petition, []);
    for (const part of [0.1, 0.5, 0.99]) {
      expect(await opened(document.subarray(0, document.length * part))).toMatchObject({ reason: "corrupt" });
    }
  });
});
