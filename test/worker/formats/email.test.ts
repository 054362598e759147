import { describe, expect, test } from "vitest";
import { png } from "../../samples/maker/images.ts";
import { docx } from "../../samples/maker/office.ts";
import { email, linesOfEmail, type Message } from "../../samples/maker/written.ts";
import { slip } from "../../samples/maker/written-samples.ts";
import { order } from "../../samples/maker/written-texts.ts";
import { opened, textIn } from "../../support/opened.ts";

const picture = png(slip(["a picture"]), 150, 1);
const pixel = png({ width: 1, height: 1, gray: new Uint8Array(1) }, 150, 1);

const withAttachments = (...attachments: Message["attachments"]): Message => ({ ...order, attachments });
const attached = (name: string, content: Uint8Array | string) => ({
  name,
  type: "application/octet-stream",
  content,
});

describe("an e-mail", () => {
  test("gives who wrote what to whom", async () => {
    const message = withAttachments();
    expect(await textIn(email(message))).toBe(linesOfEmail(message).join("\n"));
  });

  test("gives the pages of attached documents, and the names of all attachments", async () => {
    const message = withAttachments(
      attached("scan.bin", picture),
      attached("letter.docx", docx({ paragraphs: ["enclosed"], pictures: [picture] })),
      attached("notes.txt", "some notes"),
      attached("table.csv", "a,b"),
      attached("pixel.png", pixel),
      attached("archive.zip", "PK\x03\x04"),
      attached("broken.png", picture.subarray(0, 60)),
    );
    const document = await opened(email(message));
    expect(document).toMatchObject({
      format: "email",
      pages: [
        { outcome: "text", text: linesOfEmail(message).join("\n") },
        { outcome: "image" },
        { outcome: "text", text: "enclosed" },
        { outcome: "image" },
        { outcome: "text", text: "some notes" },
        { outcome: "refused", reason: "corrupt" },
        { outcome: "refused", reason: "corrupt" },
      ],
    });
  });

  test("of HTML alone gives its text", async () => {
    const message = [
      "From: a@b.example",
      "Subject: HTML",
      "MIME-Version: 1.0",
      "Content-Type: text/html; charset=utf-8",
      "",
      "<html><script>no</script><p>Gr&uuml;&szlig;e</p><img src='http://pictures.example/pixel.png'></html>",
    ].join("\r\n");
    expect(await textIn(Buffer.from(message))).toBe("From: a@b.example\nSubject: HTML\n\nGrüße");
  });

  test("in e-mails without end is read to a depth", async () => {
    const nested = (depth: number): Buffer =>
      email(withAttachments(...(depth === 0 ? [] : [attached(`${depth}.eml`, nested(depth - 1))])));
    const document = await opened(nested(10));
    if (!("pages" in document)) throw new Error(document.message);
    expect(document.pages.map(({ outcome }) => outcome)).toEqual([...Array(6).fill("text"), "refused"]);
    expect(document.pages.at(-1)).toMatchObject({ reason: "too-large" });
  });

  test("of parts without end, side by side or in one another, is too large", async () => {
    const parts = (depth: number): string =>
      `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${depth === 0 ? "\r\nx" : parts(depth - 1)}\r\n--b${depth}--`;
    const message = `From: a@b.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n${parts(1000)}`;
    expect(await opened(Buffer.from(message))).toMatchObject({ reason: "too-large" });
    const part = "--b\r\nContent-Type: application/octet-stream; name=a.png\r\n\r\nx\r\n";
    const many = `From: a@b.example\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(100_000)}--b--`;
    expect(await opened(Buffer.from(many))).toMatchObject({ reason: "too-large" });
  });
});
