/** PDF files written object by object, so that they can say what no program would write. */

export type RawObject = string | { dictionary: string; stream: Uint8Array | string };

/** Objects are numbered from 1 in their order; the first is the catalog. */
export function rawPdf(objects: RawObject[], trailer = ""): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  let offset = 9;
  for (const [index, object] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj`), bodyOf(object), Buffer.from("endobj\n")]);
    parts.push(part);
    offsets.push(offset);
    offset += part.length;
  }
  const entries = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer<</Root 1 0 R/Size ${size}${trailer}>>\nstartxref\n${offset}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(end)]);
}

function bodyOf(object: RawObject): Buffer {
  if (typeof object === "string") return Buffer.from(object);
  const stream = Buffer.from(object.stream);
  return Buffer.concat([
    Buffer.from(`<<${object.dictionary}/Length ${stream.length}>>stream\n`),
    stream,
    Buffer.from("\nendstream "),
  ]);
}

/** A PDF of one page with this content; `more` are the objects from 5 on, which the resources name; `page` are more of its entries. */
export function onePagePdf(
  content: string | RawObject,
  { mediaBox = "0 0 300 200", resources = "", page = "", more = [] as RawObject[] } = {},
): Buffer {
  const stream = typeof content === "string" ? { dictionary: "", stream: content } : content;
  return rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[${mediaBox}]/Resources<<${resources}>>/Contents 4 0 R${page}>>`,
    stream,
    ...more,
  ]);
}

/** A PDF whose only page occurs so often; `count` is what it says of that. */
export const pagesPdf = (times: number, content: string, count = times): Buffer =>
  rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${"3 0 R ".repeat(times)}]/Count ${count}>>`,
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<<${helvetica}>>/Contents 4 0 R>>`,
    { dictionary: "", stream: content },
  ]);

/** A PDF of one page that an image fills. */
export const imagePdf = (dictionary: string, stream: Uint8Array | string): Buffer =>
  onePagePdf("300 0 0 200 0 0 cm /I Do", {
    resources: "/XObject<</I 5 0 R>>",
    more: [{ dictionary: `/Type/XObject/Subtype/Image${dictionary}`, stream }],
  });

export const helvetica = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";
export const write = (text: string) => `BT /F 12 Tf 20 100 Td (${text}) Tj ET`;
