/** The content failed while it was being written: not the store's fault, and not reported as such. */
export class ContentFault extends Error {
  constructor(cause: unknown) {
    super("The content to be written failed.", { cause });
  }
}

export async function* piecesOf<Piece>(content: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  try {
    yield* content;
  } catch (cause) {
    throw new ContentFault(cause);
  }
}
