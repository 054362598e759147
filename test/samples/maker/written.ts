/** Documents of real text. Encodings and quirks are those of the programs that wrote such files. */
import type { OfficeContent } from "./office.ts";

/** The lines of an office document as they are read: headers first, notes last. */
export const linesOf = ({ header, paragraphs, table = [], footnote }: OfficeContent): string[] =>
  [header, ...paragraphs, ...table.map((row) => row.join("\t")), footnote].filter(
    (line) => line !== undefined,
  );

/** Bytes in an encoding of one byte a character that the Encoding Standard knows. */
export function encode(text: string, label: string): Buffer {
  const decoder = new TextDecoder(label);
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte] as const),
  );
  return Buffer.from(
    Array.from(text, (character) => {
      const byte = bytes.get(character);
      if (byte === undefined) throw new Error(`${label} has no ${JSON.stringify(character)}.`);
      return byte;
    }),
  );
}

/** As Word writes Cyrillic: bytes of the font's code page, and Unicode with a question mark for what that lacks. */
export function rtf(paragraphs: string[], jpegs: Uint8Array[]): Buffer {
  const hex = (byte: number) => `\\'${byte.toString(16).padStart(2, "0")}`;
  const character = (text: string) => {
    if (text === "\u2014") return "\\u8212?";
    if (text <= "~") return text;
    return hex(encode(text, "windows-1251")[0] ?? 0);
  };
  const body = paragraphs.map((text) => `${Array.from(text, character).join("")}\\par\r\n`).join("");
  const pictures = jpegs.map(
    (jpeg) => `{\\*\\shppict{\\pict\\jpegblip\r\n${Buffer.from(jpeg).toString("hex")}}}\\par\r\n`,
  );
  return Buffer.from(
    "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1{\\fonttbl{\\f0\\froman\\fcharset204 Times New Roman;}}" +
      "{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet{\\s0 Normal;}}{\\info{\\title Petition}}\r\n" +
      `\\pard\\f0\\fs24 ${body}${pictures.join("")}}`,
    "latin1",
  );
}

/** With all that must not show: a script, a style sheet, a comment and a picture on another machine. */
export function html(
  { title, paragraph, rows }: { title: string; paragraph: string; rows: string[][] },
  remote: string,
): Buffer {
  const table = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}`).join("")}\n`).join("");
  return encode(
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>${title}</title>
<link rel="stylesheet" href="${remote}/style.css">
<style>p { color: black }</style>
<script src="${remote}/script.js"></script>
<script>document.write("<p>written by a script</p>");</script></head>
<body><!-- a comment --><p>${paragraph.replaceAll("ß", "&szlig;")}</p>
<img src="${remote}/picture.png" alt=""><iframe src="${remote}/frame.html"></iframe>
<table>${table}</table></body></html>
`,
    "windows-1252",
  );
}

export interface Message {
  from: string;
  to: string;
  date: string;
  subject: string;
  body: string[];
  attachments: { name: string; type: string; content: Uint8Array | string }[];
}

const boundary = "----=_Part_1";

const encodedWord = (text: string) =>
  /^[ -~]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;

const quotedPrintable = (text: string) => text.replace(/=/g, "=3D").replace(/(.{60}[^ ]*) /g, "$1 =\r\n");

export function email({ from, to, date, subject, body, attachments }: Message): Buffer {
  const [, name = "", address = ""] = /^(.*) (<.*>)$/.exec(to) ?? [];
  const parts = attachments.map(({ name, type, content }) => [
    `--${boundary}`,
    `Content-Type: ${type}; name="${name}"`,
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: attachment; filename="${name}"`,
    "",
    ...(Buffer.from(content)
      .toString("base64")
      .match(/.{1,76}/g) ?? []),
  ]);
  const lines = [
    `From: ${from}`,
    `To: ${encodedWord(name)} ${address}`,
    `Date: ${new Date(date).toUTCString().replace("GMT", "+0000")}`,
    `Subject: ${encodedWord(subject)}`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: text/plain; charset=us-ascii",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    ...body.map(quotedPrintable),
    ...parts.flat(),
    `--${boundary}--`,
    "",
  ];
  return Buffer.from(lines.join("\r\n"));
}

/** As it is read. */
export const linesOfEmail = ({ from, to, date, subject, body, attachments }: Message): string[] => [
  `From: ${from}`,
  `To: ${to}`,
  `Date: ${date}`,
  `Subject: ${subject}`,
  ...attachments.map(({ name }) => `Attachment: ${name}`),
  "",
  ...body,
];
