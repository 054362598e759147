import { crc32, deflateRawSync } from "node:zlib";

/** 1 January 1980, the first day that a ZIP archive can name. */
const date = 0x0021;
const methods = { stored: 0, deflated: 8 };

export interface ZipFile {
  name: string;
  content: Uint8Array | string;
  /** What the directory says of it; the truth when it is left out. */
  claimedBytes?: number;
}

/** A ZIP archive. The file `mimetype` is not compressed, as OpenDocument asks. */
export function zip(files: ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedBytes } of files) {
    const bytes = Buffer.from(content);
    const method = name === "mimetype" ? methods.stored : methods.deflated;
    const packed = method === methods.stored ? bytes : deflateRawSync(bytes, { level: 9 });
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version 2.0
    fields.writeUInt16LE(0x0800, 2); // the name is UTF-8
    fields.writeUInt16LE(method, 4);
    fields.writeUInt16LE(date, 8);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedBytes ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const part = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), fields, entry, Buffer.from(name));
    parts.push(part);
    offset += part.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directoryBytes, end]);
}
