/** A number of the platform that is another one than before. */
export interface Moved {
  place: string;
  what: string;
  before: string;
  after: string;
}

/** What differs between two tables of numbers; what only one of them has is left to the changes themselves. */
export function moved(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Moved[] {
  return [...is].flatMap(([key, after]) => {
    const before = was.get(key);
    const [place = '', ...what] = key.split('|');
    return before === undefined || before === after ? [] : [{ place, what: what.join('|'), before, after }];
  });
}
