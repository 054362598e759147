import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { email, html } from "../samples/maker/written.ts";
import { bulletin, order } from "../samples/maker/written-texts.ts";
import { zip } from "../samples/maker/zip.ts";
import { putDocument } from "../support/documents.ts";
import { newestRun, outputsOf, temporaryFolder } from "../support/folders.ts";
import { runProgram } from "../support/program.ts";
import { helvetica, onePagePdf, write } from "../support/raw-pdf.ts";

const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? "");
  response.end("fetched");
});
let remote: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  remote = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** A template, a picture and an entity, all of them elsewhere. */
function docxWithLinks(): Uint8Array {
  const relationship = (id: string, type: string) =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${remote}/${id}" TargetMode="External"/>`;
  const entities = `<!DOCTYPE w:document SYSTEM "${remote}/dtd" [<!ENTITY far SYSTEM "${remote}/entity">]>`;
  return zip([
    {
      name: "word/document.xml",
      content: `${entities}<w:document><w:p><w:t>near &far;</w:t><a:blip r:link="picture"/></w:p></w:document>`,
    },
    {
      name: "word/_rels/document.xml.rels",
      content: `<Relationships>${relationship("template", "attachedTemplate")}${relationship("picture", "image")}</Relationships>`,
    },
  ]);
}

const htmlMail = () =>
  [
    "From: a@b.example",
    "Subject: newsletter",
    "MIME-Version: 1.0",
    "Content-Type: text/html",
    "",
    `<html><p>news</p><img src="${remote}/opened"><link rel=stylesheet href="${remote}/style"></html>`,
  ].join("\r\n");

const refreshedHtml = () =>
  `<html><head><base href="${remote}/"><meta http-equiv="refresh" content="0;url=${remote}/refresh">
  <style>@import url(${remote}/import)</style></head><body background="${remote}/background">
  <object data="${remote}/object"></object><embed src="${remote}/embed"><video poster="${remote}/poster"></video>
  <p style="background:url(${remote}/url)">old news</p><form action="${remote}/form"></form></body></html>`;

/** A picture whose bytes are elsewhere (ISO 32000-1, 7.3.8.2), and an action that opens an address. */
const pdfWithLinks = () =>
  onePagePdf(`${write("typed")} 300 0 0 200 0 0 cm /I Do`, {
    resources: `${helvetica}/XObject<</I 5 0 R>>`,
    more: [
      {
        dictionary: `/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray/F<</FS/URL/F(${remote}/far)>>`,
        stream: "",
      },
    ],
    page: `/AA<</O<</S/URI/URI(${remote}/action)>>>>`,
  });

describe("documents that point elsewhere", () => {
  test("are read, and nothing is fetched", async () => {
    const source = await temporaryFolder();
    const destination = await temporaryFolder();
    const attachment = { name: "page.html", type: "text/html", content: html(bulletin, remote) };
    for (const [key, bytes] of Object.entries({
      "page.html": html(bulletin, remote),
      "refreshed.html": Buffer.from(refreshedHtml()),
      "typed.pdf": pdfWithLinks(),
      "letter.docx": docxWithLinks(),
      "news.eml": Buffer.from(htmlMail()),
      "order.eml": email({ ...order, attachments: [attachment] }),
      "picture.rtf": Buffer.from(`{\\rtf1 text{\\field{\\*\\fldinst INCLUDEPICTURE "${remote}/rtf"}}}`),
    })) {
      await putDocument(source, key, bytes);
    }

    // Proof that the server would hear of it.
    await fetch(`${remote}/proof`);
    const end = await runProgram(["--source", source, "--destination", destination]);

    expect(end).toMatchObject({ exitCode: 0 });
    expect((await newestRun(destination)).report).toMatchObject({ documents: { done: 7 } });
    const outputs = await outputsOf(destination);
    expect(outputs.get("page.html.txt")).toContain(bulletin.paragraph);
    expect(outputs.get("page.html.txt")).not.toContain("written by a script");
    expect(outputs.get("refreshed.html.txt")).toBe("old news\n");
    expect(outputs.get("typed.pdf.txt")).toBe("typed\n");
    expect(outputs.get("letter.docx.txt")).toBe("near &far;\n");
    expect(outputs.get("news.eml.txt")).toContain("news");
    expect(outputs.get("order.eml.txt")?.split("\f")[1]).toContain(bulletin.title);
    expect(outputs.get("picture.rtf.txt")).toBe("text\n");
    expect(requests).toEqual(["/proof"]);
  });
});
