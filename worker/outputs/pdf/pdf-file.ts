import { writeSync } from "node:fs";
import { deflateSync } from "node:zlib";

/**
 * A PDF that is written object by object as they come, so that only their places are held. Objects have numbers of
 * their own, without generations.
 */
export interface PdfFile {
  /** A number for an object that others refer to before it is written. */
  reserve(): number;
  /** Writes an object and returns its number. */
  add(body: string | Uint8Array, number?: number): number;
  /** `entries` are those of its dictionary, without its length. */
  addStream(entries: string, bytes: Uint8Array, number?: number): number;
  /** Writes the table of objects and the trailer, whose `entries` are e.g. `/Root 1 0 R`. */
  end(entries: string): void;
}

/** What an update is appended to. */
export interface EarlierPart {
  bytes: number;
  /** One more than its largest object number. */
  size: number;
  tableAt: number;
  tableIsStream: boolean;
}

export function newPdf(descriptor: number): PdfFile {
  const file = openFile(descriptor, { bytes: 0, size: 1, tableAt: 0, tableIsStream: false });
  // The bytes beyond 127 tell programs that copy files that this one is not text.
  file.write("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
  return file;
}

/** Goes on behind `earlier`, which has been written already. */
export function pdfUpdate(descriptor: number, earlier: EarlierPart): PdfFile {
  const file = openFile(descriptor, earlier);
  file.write("\n");
  return file;
}

function openFile(descriptor: number, earlier: EarlierPart): PdfFile & { write(text: string): void } {
  const places = new Map<number, number>();
  let at = earlier.bytes;
  let size = earlier.size;
  const write = (bytes: Uint8Array | string) => {
    const buffer = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    for (let done = 0; done < buffer.length; ) done += writeSync(descriptor, buffer, done);
    at += buffer.length;
  };
  const reserve = () => size++;
  const addStream = (entries: string, bytes: Uint8Array, number = reserve()) => {
    places.set(number, at);
    write(`${number} 0 obj\n<<${entries}/Length ${bytes.length}>>\nstream\n`);
    write(bytes);
    write("\nendstream\nendobj\n");
    return number;
  };
  return {
    write,
    reserve,
    addStream,
    add(body, number = reserve()) {
      places.set(number, at);
      write(`${number} 0 obj\n`);
      write(body);
      write("\nendobj\n");
      return number;
    },
    end(entries: string) {
      const previous = earlier.tableAt === 0 ? "" : `/Prev ${earlier.tableAt}`;
      const tableAt = at;
      if (earlier.tableIsStream) {
        const number = reserve();
        places.set(number, at);
        const { index, rows } = tableStream(places);
        const dictionary = `/Type/XRef/Size ${size}/W[1 5 2]/Index[${index}]${entries}${previous}/Filter/FlateDecode`;
        addStream(dictionary, deflateSync(rows), number);
      } else {
        write(`${table(places, earlier.tableAt === 0)}trailer\n<</Size ${size}${entries}${previous}>>\n`);
      }
      write(`startxref\n${tableAt}\n%%EOF\n`);
    },
  };
}

/** Runs of consecutive object numbers: ISO 32000-1, 7.5.4. */
function sectionsOf(places: Map<number, number>): { first: number; offsets: number[] }[] {
  const sections: { first: number; offsets: number[] }[] = [];
  for (const [number, offset] of [...places].sort(([a], [b]) => a - b)) {
    const last = sections.at(-1);
    if (last && last.first + last.offsets.length === number) last.offsets.push(offset);
    else sections.push({ first: number, offsets: [offset] });
  }
  return sections;
}

function table(places: Map<number, number>, isFirst: boolean): string {
  const free = isFirst ? "0 1\n0000000000 65535 f \n" : "";
  const sections = sectionsOf(places).map(({ first, offsets }) => {
    const lines = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
    return `${first} ${offsets.length}\n${lines.join("")}`;
  });
  return `xref\n${free}${sections.join("")}`;
}

/** Each row: a kind (1 for an object that stands by itself), five bytes of offset, two of generation. */
function tableStream(places: Map<number, number>): { index: string; rows: Uint8Array } {
  const sections = sectionsOf(places);
  const offsets = sections.flatMap((section) => section.offsets);
  const rows = Buffer.alloc(offsets.length * 8);
  offsets.forEach((offset, row) => {
    rows[row * 8] = 1;
    rows.writeUIntBE(offset, row * 8 + 1, 5);
  });
  return { index: sections.map(({ first, offsets: { length } }) => `${first} ${length}`).join(" "), rows };
}
