import type { PageReading } from "../ocr-messages.ts";
import type { Box, PageWords, TextLine, Word } from "../words.ts";
import type { OutputDocument, PageReadings } from "./source.ts";

/** hOCR 1.2 (http://kba.github.io/hocr-spec/1.2/) in XHTML. A page that failed is empty; one with real text has no boxes. */
export async function* hocrOf({ key }: OutputDocument, pages: PageReadings): AsyncGenerator<string> {
  yield headOf(key);
  for await (const page of pages) yield pageOf(page);
  yield "</body>\n</html>\n";
}

const headOf = (key: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>${escaped(key)}</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="ocr-system" content="textmill" />
<meta name="ocr-capabilities" content="ocr_page ocr_par ocr_line ocrx_word ocrp_wconf" />
</head>
<body>
`;

function pageOf(page: PageReading): string {
  const start = `<div class="ocr_page" id="page_${page.page}" title="`;
  const number = `ppageno ${page.page - 1}`;
  if (page.outcome === "failed") return `${start}${number}"></div>\n`;
  if (page.outcome === "text") return `${start}${number}">\n${realTextOf(page.text)}</div>\n`;
  const { width, height, dotsPerInch } = page.words;
  const resolution =
    dotsPerInch === undefined ? "" : `; scan_res ${round(dotsPerInch)} ${round(dotsPerInch)}`;
  return `${start}bbox 0 0 ${width} ${height}; ${number}${resolution}">\n${linesOf(page.page, page.words)}</div>\n`;
}

const realTextOf = (text: string) => `<pre class="ocr_par">${escaped(text.trimEnd())}</pre>\n`;

function linesOf(page: number, { lines, turn }: PageWords): string {
  let paragraph = 0;
  let markup = "";
  lines.forEach((line, index) => {
    if (line.startsParagraph || index === 0) {
      if (paragraph > 0) markup += "</p>\n";
      paragraph++;
      markup += `<p class="ocr_par" id="par_${page}_${paragraph}">\n`;
    }
    markup += lineOf(`${page}_${index + 1}`, line, turn);
  });
  return paragraph === 0 ? "" : `${markup}</p>\n`;
}

/** hOCR counts the angle of text counter-clockwise: what has to be turned by 90° clockwise runs upwards, at 90. */
function lineOf(id: string, { words }: TextLine, turn: number): string {
  const angle = turn === 0 ? "" : `; textangle ${turn}`;
  const spans = words.map((word, index) => wordOf(`${id}_${index + 1}`, word));
  return `<span class="ocr_line" id="line_${id}" title="${bboxOf(around(words))}${angle}">${spans.join(" ")}</span>\n`;
}

const wordOf = (id: string, { text, confidence, box }: Word) =>
  `<span class="ocrx_word" id="word_${id}" title="${bboxOf(box)}; x_wconf ${round(confidence)}">${escaped(text)}</span>`;

const bboxOf = ({ left, top, right, bottom }: Box) =>
  `bbox ${round(left)} ${round(top)} ${round(right)} ${round(bottom)}`;

const around = (words: Word[]): Box => ({
  left: Math.min(...words.map(({ box }) => box.left)),
  top: Math.min(...words.map(({ box }) => box.top)),
  right: Math.max(...words.map(({ box }) => box.right)),
  bottom: Math.max(...words.map(({ box }) => box.bottom)),
});

const round = Math.round;

/** What XML 1.0 has no way to say (controls, lone halves of surrogate pairs, U+FFFE, U+FFFF) becomes U+FFFD. */
const escaped = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant.
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
