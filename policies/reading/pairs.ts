/**
 * What is said of one end by itself. A row of the table, or a rule of a firewall, is about two ends when it is about each of them,
 * so that of n ends n questions are asked, and not n².
 */
export interface Side<Row, Rule> {
  /** Rows that it may start, or answer. */
  rows: readonly Row[];
  /** Rules that are about it, in the order in which they are tried. */
  rules: readonly Rule[];
}

/**
 * What is wrong between two sides, worked out once for all pairs of which the same is said: of fifty sites a million are a few
 * hundred. Nothing is, where no row and no rule is about both.
 */
export function pairwise<Row extends object, Rule extends object, Fault>(
  faults: (rows: Row[], rules: Rule[]) => Fault[],
): (from: Side<Row, Rule>, to: Side<Row, Rule>) => Fault[] {
  const number = numbering();
  const [commonRows, commonRules] = [meeting<Row>(), meeting<Rule>()];
  const answers = new Map<number, Map<number, Fault[]>>();
  return (from, to) => {
    const known = answers.get(number(from)) ?? new Map<number, Fault[]>();
    answers.set(number(from), known);
    const at = number(to);
    let said = known.get(at);
    if (said === undefined) {
      const [rows, rules] = [commonRows(from.rows, to.rows), commonRules(from.rules, to.rules)];
      said = rows.length === 0 && rules.length === 0 ? [] : faults(rows, rules);
      known.set(at, said);
    }
    return said;
  };
}

/**
 * What stands in both of two lists, in the order of the first. The shorter one is walked: a host that may dial a thousand addresses
 * is compared with each of them, of which a rule or two speak.
 */
function meeting<T>(): (some: readonly T[], others: readonly T[]) => T[] {
  const places = new Map<readonly T[], Map<T, number>>();
  const placesOf = (list: readonly T[]): Map<T, number> => {
    const known = places.get(list) ?? new Map(list.map((each, index) => [each, index]));
    places.set(list, known);
    return known;
  };
  return (some, others) => {
    const [known, theirs] = [placesOf(some), placesOf(others)];
    // What a list has twice stays there twice.
    const isPlain = known.size === some.length && theirs.size === others.length;
    if (!isPlain || some.length <= others.length) return some.filter((each) => theirs.has(each));
    return others.filter((each) => known.has(each)).sort((a, b) => known.get(a)! - known.get(b)!);
  };
}

/** The same number for sides of which the same is said. */
function numbering(): (side: Side<object, object>) => number {
  const parts = new Map<object, number>();
  const lists = new Map<string, number>();
  const sides = new Map<object, number>();
  const numberOf = <K>(known: Map<K, number>, key: K): number => {
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  };
  return (side) => {
    const known = sides.get(side);
    if (known !== undefined) return known;
    const [rows, rules] = [side.rows, side.rules].map((list) =>
      list.map((each) => numberOf(parts, each)).join(' '),
    );
    const number = numberOf(lists, `${rows}/${rules}`);
    sides.set(side, number);
    return number;
  };
}
