/** A piece of an upload, as it lies in the store. */
export interface Piece {
  key: string;
  from: number;
  bytes: number;
}

/**
 * Where a piece is kept: under what it is, so that of two servers that were sent the same bytes, one of them a few more, neither
 * takes the place of the other's.
 */
export const pieceKey = (id: string, from: number, bytes: number): string =>
  `uploads/${id}/${String(from).padStart(16, '0')}-${bytes}`;

export function pieceAt(key: string): Piece {
  const [from, bytes] = key.slice(key.lastIndexOf('/') + 1).split('-');
  return { key, from: Number(from), bytes: Number(bytes) };
}

/** Pieces that follow each other from the first byte to the last; some may lie there that were never counted. @throws when there are none */
export function wholeOf(pieces: Piece[], size: number): Piece[] {
  const starting = Map.groupBy(pieces, ({ from }) => from);
  /** Where nothing goes on. */
  const ends = new Set<number>();
  const path: Piece[] = [];
  for (let at = 0; at !== size; ) {
    const next = starting.get(at)?.find(({ from, bytes }) => bytes > 0 && !ends.has(from + bytes));
    if (next) {
      path.push(next);
      at += next.bytes;
      continue;
    }
    ends.add(at);
    const back = path.pop();
    if (!back) throw new Error(`the pieces of an upload of ${size} bytes do not make a whole`);
    at = back.from;
  }
  return path;
}
