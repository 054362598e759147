/** One bit a pixel. */
export interface Bilevel {
  width: number;
  height: number;
  /** 1 is black, one byte a pixel. */
  black: Uint8Array;
}

// Codes of ITU-T T.4: runs of 0 to 63 pixels, then of 64, 128 and so on to 1728, then of 1792 to 2560.
const whiteRuns = `00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101
  101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010
  00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010
  00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100
  00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100
  11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010
  011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001
  010011010 011000 010011011`;
const blackRuns = `0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111
  000011000 0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000
  00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000 000001101001
  000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111
  000001101100 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111
  000001100100 000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111
  000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
  0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100
  0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100
  0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010
  0000001011011 0000001100100 0000001100101`;
const longRuns = `00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110
  000000010111 000000011100 000000011101 000000011110 000000011111`;
const codes = [whiteRuns, blackRuns].map((runs) => `${runs} ${longRuns}`.split(/\s+/));

/** From a1 three to the left of b1 to three to the right. */
const vertical = ["0000010", "000010", "010", "1", "011", "000011", "0000011"];
const pass = "0001";
const horizontal = "001";
const endOfBlock = "000000000001".repeat(2);

/** CCITT group 4 (ITU-T T.6). */
export function encodeGroup4({ width, height, black }: Bilevel): Uint8Array {
  const bits: string[] = [];
  let reference: number[] = [];
  for (let row = 0; row < height; row++) {
    const coding = changes(black.subarray(row * width, (row + 1) * width));
    bits.push(encodeRow(coding, reference, width));
    reference = coding;
  }
  return bytesOf(bits.join("") + endOfBlock);
}

/** Where the colour changes: to black at even indexes, to white at odd ones. */
function changes(row: Uint8Array): number[] {
  const found: number[] = [];
  for (let x = 0; x < row.length; x++) if (row[x] !== (x === 0 ? 0 : row[x - 1])) found.push(x);
  return found;
}

/** The names a0, a1, a2, b1 and b2 are those of T.6. */
function encodeRow(coding: number[], reference: number[], width: number): string {
  let bits = "";
  let a0 = -1;
  let colour = 0;
  while (a0 < width) {
    const [a1, a2] = nextChanges(coding, a0, colour, width);
    const [b1, b2] = nextChanges(reference, a0, colour, width);
    const code = vertical[a1 - b1 + 3];
    if (b2 < a1) {
      bits += pass;
      a0 = b2;
    } else if (code !== undefined) {
      bits += code;
      a0 = a1;
      colour = 1 - colour;
    } else {
      bits += horizontal + run(a1 - Math.max(a0, 0), colour) + run(a2 - a1, 1 - colour);
      a0 = a2;
    }
  }
  return bits;
}

/** The first change from `colour` to the other one behind `after`, and the change that follows it. */
function nextChanges(row: number[], after: number, colour: number, width: number): [number, number] {
  const index = row.findIndex((x, at) => x > after && at % 2 === colour);
  return index < 0 ? [width, width] : [row[index] ?? width, row[index + 1] ?? width];
}

function run(length: number, colour: number): string {
  const code = (index: number) => codes[colour]?.[index] ?? "";
  const longest = 2560;
  let bits = "";
  let rest = length;
  for (; rest > longest + 63; rest -= longest) bits += code(63 + longest / 64);
  if (rest > 63) bits += code(63 + Math.floor(rest / 64));
  return bits + code(rest % 64);
}

function bytesOf(bits: string): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8).padEnd(8, "0"), 2),
  );
}
