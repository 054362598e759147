import type { Picture } from "./picture.ts";

/**
 * PDF's Flate compression has PNG's row filters, so the compressed rows go over as they are. `undefined` when the PNG is
 * interlaced or transparent, which PDF has no words for in one image.
 */
export function pngPicture(bytes: Uint8Array, orientation: number): Picture | undefined {
  const chunks = [...chunksOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))];
  const contentOf = (type: string) => chunks.find((chunk) => chunk.type === type)?.content;
  const header = contentOf("IHDR");
  if (header === undefined || header.length < 13 || contentOf("tRNS")) return undefined;
  const [bits = 0, colourType = 0, , , interlace = 0] = header.subarray(8);
  const colours = coloursOf(colourType, contentOf("PLTE"));
  if (colours === undefined || interlace !== 0) return undefined;
  const width = header.readUInt32BE(0);
  const { space, components } = colours;
  const parameters = `/Predictor 15/Colors ${components}/BitsPerComponent ${bits}/Columns ${width}`;
  return {
    width,
    height: header.readUInt32BE(4),
    orientation,
    entries: `/ColorSpace${space}/BitsPerComponent ${bits}/Filter/FlateDecode/DecodeParms<<${parameters}>>`,
    bytes: Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content)),
  };
}

function coloursOf(colourType: number, palette: Buffer | undefined) {
  if (colourType === 0) return { space: "/DeviceGray", components: 1 };
  if (colourType === 2) return { space: "/DeviceRGB", components: 3 };
  if (colourType !== 3 || palette === undefined) return undefined;
  const last = Math.floor(palette.length / 3) - 1;
  return { space: `[/Indexed/DeviceRGB ${last}<${palette.toString("hex")}>]`, components: 1 };
}

function* chunksOf(png: Buffer): Generator<{ type: string; content: Buffer }> {
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString("latin1", at + 4, at + 8), content: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}
