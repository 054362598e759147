import { describe, expect, test } from "vitest";
import { decodeText, withoutControls } from "../../../worker/formats/charset.ts";
import { encode } from "../../samples/maker/written.ts";

const russian = "Съешь же ещё этих мягких французских булок, да выпей чаю. Не забудь вернуть газету.";
const german =
  "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich, und das schon früh am Morgen.";

describe("text", () => {
  test.each([
    ["utf-8", Buffer.from(russian)],
    ["utf-8 with its mark", Buffer.from(`\ufeff${russian}`)],
    ["utf-16le with its mark", Buffer.from(`\ufeff${russian}`, "utf16le")],
    ["utf-16be with its mark", Buffer.from(`\ufeff${russian}`, "utf16le").swap16()],
    ["windows-1251", encode(russian, "windows-1251")],
    ["koi8-r", encode(russian, "koi8-r")],
  ])("in %s is read", (_, bytes) => {
    expect(decodeText(bytes)).toBe(russian);
  });

  test("in Latin-1 is read", () => {
    expect(decodeText(encode(german, "windows-1252"))).toBe(german);
  });

  test("is read as it declares itself, unless a mark says otherwise", () => {
    expect(decodeText(encode("Привет", "ibm866"), "ibm866")).toBe("Привет");
    expect(decodeText(Buffer.from("\ufeffПривет"), "ibm866")).toBe("Привет");
  });

  test("is guessed when what it declares is unknown or untrue", () => {
    expect(decodeText(Buffer.from(russian), "no-such-charset")).toBe(russian);
    expect(decodeText(encode(german, "windows-1252"), "utf-8")).toBe(german);
  });
});

describe("control characters", () => {
  test("become what Windows-1252 means by their bytes", () => {
    expect(withoutControls("\x93caf\xe9\x94 \x96 \x80 5")).toBe("“café” – € 5");
  });
});
