import { type ZipFile, zip } from "./zip.ts";

/** What an office document is made of; the strings are plain text. */
export interface OfficeContent {
  header?: string;
  paragraphs: string[];
  table?: string[][];
  footnote?: string;
  /** Was deleted while changes were tracked: it is no text of the document any more. */
  deleted?: string;
  /** PNG files. */
  pictures?: Uint8Array[];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const wordNamespaces = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
].join(" ");
const relationshipTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

const wordRun = (text: string) => `<w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`;
const wordParagraph = (text: string) => `<w:p>${text === "" ? "" : wordRun(text)}</w:p>`;

const wordTable = (rows: string[][]) =>
  `<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>${rows[0]?.map(() => "<w:gridCol/>").join("")}</w:tblGrid>${rows
    .map(
      (row) => `<w:tr>${row.map((cell) => `<w:tc><w:tcPr/>${wordParagraph(cell)}</w:tc>`).join("")}</w:tr>`,
    )
    .join("")}</w:tbl>`;

/** 8 × 5 cm. */
const wordPicture = (index: number) =>
  `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="2880000" cy="1800000"/><wp:docPr id="${index}" name="Picture ${index}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="${index}" name="Picture ${index}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="picture${index}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2880000" cy="1800000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;

const wordDeletion = (text: string) =>
  `<w:p><w:del w:id="9" w:author="A" w:date="1912-05-04T10:00:00Z"><w:r><w:delText>${escaped(text)}</w:delText></w:r></w:del></w:p>`;

const wordPart = (root: string, content: string) =>
  `${declaration}<w:${root} ${wordNamespaces}>${content}</w:${root}>`;

export function docx({ header, paragraphs, table, footnote, deleted, pictures = [] }: OfficeContent): Buffer {
  const parts = { header: header !== undefined, footnotes: footnote !== undefined };
  const footnoteMark = '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>';
  const section = parts.header ? '<w:headerReference w:type="default" r:id="header"/>' : "";
  const body = [
    ...paragraphs.map(wordParagraph),
    ...(table ? [wordTable(table)] : []),
    ...(deleted === undefined ? [] : [wordDeletion(deleted)]),
    ...(parts.footnotes ? [footnoteMark] : []),
    ...pictures.map((_, index) => wordPicture(index + 1)),
    `<w:sectPr>${section}</w:sectPr>`,
  ].join("");
  const relationships = [
    ...(parts.header ? [relationship("header", "header", "header1.xml")] : []),
    ...(parts.footnotes ? [relationship("footnotes", "footnotes", "footnotes.xml")] : []),
    ...pictures.map((_, index) =>
      relationship(`picture${index + 1}`, "image", `media/image${index + 1}.png`),
    ),
  ];
  const files: ZipFile[] = [
    { name: "[Content_Types].xml", content: contentTypes(parts) },
    {
      name: "_rels/.rels",
      content: relationshipsPart([relationship("main", "officeDocument", "word/document.xml")]),
    },
    { name: "word/_rels/document.xml.rels", content: relationshipsPart(relationships) },
    { name: "word/document.xml", content: wordPart("document", `<w:body>${body}</w:body>`) },
  ];
  if (header !== undefined)
    files.push({ name: "word/header1.xml", content: wordPart("hdr", wordParagraph(header)) });
  if (footnote !== undefined) {
    const note = `<w:footnote w:id="2">${wordParagraph(footnote)}</w:footnote>`;
    files.push({ name: "word/footnotes.xml", content: wordPart("footnotes", note) });
  }
  pictures.forEach((content, index) => {
    files.push({ name: `word/media/image${index + 1}.png`, content });
  });
  return zip(files);
}

const relationship = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${relationshipTypes}/${type}" Target="${target}"/>`;

const relationshipsPart = (relationships: string[]) =>
  `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationships.join("")}</Relationships>`;

function contentTypes(parts: { header: boolean; footnotes: boolean }): string {
  const type = (name: string) => `application/vnd.openxmlformats-officedocument.wordprocessingml.${name}+xml`;
  const override = (part: string, name: string) =>
    `<Override PartName="/word/${part}.xml" ContentType="${type(name)}"/>`;
  return [
    `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    '<Default Extension="png" ContentType="image/png"/>',
    override("document", "document.main"),
    parts.header ? override("header1", "header") : "",
    parts.footnotes ? override("footnotes", "footnotes") : "",
    "</Types>",
  ].join("");
}

const openDocumentNamespaces = [
  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
  'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"',
  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
  'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
  'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
  'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
  'xmlns:xlink="http://www.w3.org/1999/xlink"',
  'office:version="1.3"',
].join(" ");

/** Two spaces and more are elements. */
const odtText = (text: string) =>
  escaped(text).replace(/ {2,}/g, (spaces) => `<text:s text:c="${spaces.length}"/>`);
const odtParagraph = (text: string) => `<text:p>${odtText(text)}</text:p>`;

const odtTable = (rows: string[][]) =>
  `<table:table><table:table-column table:number-columns-repeated="${rows[0]?.length}"/>${rows
    .map(
      (row) =>
        `<table:table-row>${row.map((cell) => `<table:table-cell>${odtParagraph(cell)}</table:table-cell>`).join("")}</table:table-row>`,
    )
    .join("")}</table:table>`;

const odtPicture = (index: number) =>
  `<text:p><draw:frame svg:width="8cm" svg:height="5cm"><draw:image xlink:href="Pictures/${index}.png"/></draw:frame></text:p>`;

export function odt({ header, paragraphs, table, footnote, deleted, pictures = [] }: OfficeContent): Buffer {
  const note =
    footnote === undefined
      ? ""
      : `<text:p><text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${odtParagraph(footnote)}</text:note-body></text:note></text:p>`;
  const changes =
    deleted === undefined
      ? ""
      : `<text:tracked-changes><text:changed-region><text:deletion>${odtParagraph(deleted)}</text:deletion></text:changed-region></text:tracked-changes>`;
  const body = [
    changes,
    ...paragraphs.map(odtParagraph),
    table ? odtTable(table) : "",
    note,
    ...pictures.map((_, index) => odtPicture(index + 1)),
  ].join("");
  const headerPart = `<style:header>${odtParagraph(header ?? "")}</style:header>`;
  const mimetype = "application/vnd.oasis.opendocument.text";
  const names = ["content.xml", "styles.xml", ...pictures.map((_, index) => `Pictures/${index + 1}.png`)];
  const manifest = names.map((name) => manifestEntry(name, name.endsWith(".png") ? "image/png" : "text/xml"));
  return zip([
    { name: "mimetype", content: mimetype },
    {
      name: "content.xml",
      content: `${declaration}<office:document-content ${openDocumentNamespaces}><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    },
    {
      name: "styles.xml",
      content: `${declaration}<office:document-styles ${openDocumentNamespaces}><office:automatic-styles><style:page-layout style:name="page"/></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">${headerPart}</style:master-page></office:master-styles></office:document-styles>`,
    },
    ...pictures.map((content, index) => ({ name: `Pictures/${index + 1}.png`, content })),
    {
      name: "META-INF/manifest.xml",
      content: `${declaration}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">${manifestEntry("/", mimetype)}${manifest.join("")}</manifest:manifest>`,
    },
  ]);
}

const manifestEntry = (path: string, type: string) =>
  `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`;
