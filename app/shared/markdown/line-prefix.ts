/** What a line begins with: its marks of quotes, of lists and notes, the columns of the spaces between them; and what follows. */
export interface LinePrefix {
  width: number;
  quotes: number;
  lists: number;
  /** Of the first of the lists. */
  sign: string | undefined;
  rest: string;
}

/** Which quotes and lists go on, as far as one sees without parsing. */
export class Opened {
  #isQuote = false;
  #sign: string | undefined;

  /** How many a line opens that are not within others. */
  by({ width, quotes, lists, sign }: LinePrefix): number {
    const isNew = quotes > 0 && !this.#isQuote;
    this.#isQuote = quotes > 0;
    const before = this.#sign;
    // What is indented may be within a list; what is not, and no part of one, ends it.
    if (width < 4 && lists > 0) this.#sign = sign;
    else if (width < 2) this.#sign = undefined;
    return (isNew ? quotes : 0) + (lists > 0 && this.#sign !== before ? 1 : 0);
  }

  /** An empty line ends quotes. */
  pause(): void {
    this.#isQuote = false;
  }

  end(): void {
    this.#isQuote = false;
    this.#sign = undefined;
  }
}

const MARKER = /(?:([-+*])|\d{1,9}([.)]))(?=[ \t]|$)|\[\^(?:[^\]\\\s]|\\.)+\](:)/y;

export function linePrefixOf(line: string): LinePrefix {
  let [at, width, quotes, lists] = [0, 0, 0, 0];
  let sign: string | undefined;
  while (at < line.length) {
    MARKER.lastIndex = at;
    if (line[at] === ' ') width += 1;
    else if (line[at] === '\t') width += 4;
    else if (line[at] === '>') quotes += 1;
    else {
      const marker = MARKER.exec(line);
      if (!marker) break;
      lists += 1;
      sign ??= marker[1] ?? marker[2] ?? marker[3];
      at = MARKER.lastIndex - 1;
    }
    at += 1;
  }
  return { width, quotes, lists, sign, rest: line.slice(at) };
}
