/** Sixteen bits each, the upper byte first. */
export function words(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

/** The tables, in the order of their names, behind their directory. */
export function trueTypeFile(tables: [tag: string, table: Uint8Array][]): Uint8Array {
  const steps = Math.floor(Math.log2(tables.length));
  const range = 16 * 2 ** steps;
  const directory = Buffer.alloc(12 + 16 * tables.length);
  directory.set(words(1, 0, tables.length, range, steps, 16 * tables.length - range));
  const padded = tables.map(([, table]) => Buffer.concat([table, Buffer.alloc(-table.length & 3)]));
  let offset = directory.length;
  tables.forEach(([tag, table], index) => {
    const at = 12 + 16 * index;
    directory.write(tag, at, "latin1");
    directory.writeUInt32BE(checksum(padded[index] ?? table), at + 4);
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(table.length, at + 12);
    offset += padded[index]?.length ?? 0;
  });
  const font = Buffer.concat([directory, ...padded]);
  const headAt = directory.readUInt32BE(12 + 16 * tables.findIndex(([tag]) => tag === "head") + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + 8);
  return font;
}

function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}
