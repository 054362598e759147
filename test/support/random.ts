/** Mulberry32: evenly spread numbers from 0 to 1, the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number below the limit. */
export const below = (limit: number, random: () => number) => Math.floor(random() * limit);

export function oneOf<T>(choices: readonly T[], random: () => number): T {
  const choice = choices[below(choices.length, random)];
  if (choice === undefined) throw new Error("There is nothing to choose from.");
  return choice;
}

/** The same things in another order. */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  const order = things.map((thing) => ({ thing, place: random() }));
  return order.sort((a, b) => a.place - b.place).map(({ thing }) => thing);
}
