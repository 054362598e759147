import { TextDecoder } from "node:util";
import { labelOfMark } from "./charset.ts";
import type { MarkupReader } from "./markup.ts";
import type { Zip } from "./zip.ts";

/** Hands an XML file of an archive to a reader as it is expanded. XML without a byte order mark is UTF-8. */
export async function readXml(zip: Zip, name: string, reader: MarkupReader): Promise<void> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of zip.read(name)) {
    decoder ??= new TextDecoder(labelOfMark(chunk));
    reader.write(decoder.decode(chunk, { stream: true }));
  }
}
