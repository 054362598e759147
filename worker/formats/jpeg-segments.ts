interface Segment {
  marker: number;
  content: Buffer;
}

const fill = 0xff;
const startOfScan = 0xda;

/** What comes before the picture itself (ITU-T T.81, annex B). Ends where the file is damaged. */
export function* jpegSegments(bytes: Uint8Array): Generator<Segment> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= file.length && file[at] === fill) {
    const marker = file[at + 1] as number;
    if (marker === startOfScan) return;
    if (marker === fill) {
      at++;
      continue;
    }
    const end = at + 2 + file.readUInt16BE(at + 2);
    yield { marker, content: file.subarray(at + 4, end) };
    at = end;
  }
}
