import { describe, expect, test } from "vitest";
import { textKindOf } from "../../../worker/formats/text-kind.ts";
import { encode } from "../../samples/maker/written.ts";

describe("bytes without a signature", () => {
  test.each([
    ["<!DOCTYPE html><p>x", "html"],
    ["\n\n  <html lang=en>", "html"],
    ["<!-- saved from url=(0014)about:internet -->\r\n<HTML>", "html"],
    ['<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y"><html>', "html"],
    ["\ufeff<html>", "html"],
    ["<h1>Title</h1>", "html"],
    ["<hr>", "text"],
    ["<paper>", "text"],
    ["<svg xmlns='http://www.w3.org/2000/svg'>", "text"],
    ['<?xml version="1.0"?><alto>', "text"],
    ["From: a@b.example\r\nTo: c@d.example\r\n\r\nHello", "email"],
    ["Received: from x\n\tby y; today\nSubject: s\n\nbody", "email"],
    ["From a@b Mon Jan 1\nFrom: a@b\nDate: today\n\nbody", "email"],
    ["Subject: a memorandum\n\nbody", "text"],
    ["From: here\nTo: there\nand a line that is no header\n\nbody", "text"],
    ["just text", "text"],
    ["a\tb\r\nc\f\x1a", "text"],
    ["a\0b", undefined],
    ["\x01\x02\x03", undefined],
  ])("%j are %s", (text, kind) => {
    expect(textKindOf(Buffer.from(text))).toBe(kind);
  });

  test("may be in any encoding", () => {
    expect(textKindOf(encode("Übermorgen", "windows-1252"))).toBe("text");
    expect(textKindOf(Buffer.from("\ufeff<html>", "utf16le"))).toBe("html");
    expect(textKindOf(Buffer.from("\ufeffword", "utf16le"))).toBe("text");
  });
});
