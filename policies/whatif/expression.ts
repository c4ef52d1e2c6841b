/**
 * As much of PromQL as the rules of a tree need, over series that are known at one moment. What a series that nobody knows has a
 * part in is unknown, and no alert is derived from it.
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/
 */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}
/** A number, a vector, or nothing that can be said. */
export type Value = number | Sample[] | undefined;
/** Samples of a metric; undefined where it is not modelled. */
export type Series = (metric: string) => Sample[] | undefined;

/** An expression, read once. @throws SyntaxError for what this does not read */
export function expressionOf(text: string): (series: Series) => Value {
  const tokens = text.match(TOKEN)?.filter((token) => token.trim() !== '') ?? [];
  const reader = new Reader(tokens);
  const read = reader.binary(0);
  reader.end();
  return read;
}
type Read = (series: Series) => Value;
const TOKEN =
  /\s+|\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])|\d+[smhdwy]\b|[a-zA-Z_:][\w:]*|"(?:[^"\\]|\\.)*"|=~|!~|!=|==|<=|>=|./g;

/** Weakest first. */
const LEVELS = [['or'], ['and', 'unless'], ['==', '!=', '<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']];
const AGGREGATORS = ['sum', 'count', 'min', 'max', 'avg'];
/** Functions over time that, of what does not change, give what it is. */
const STEADY = ['avg_over_time', 'min_over_time', 'max_over_time', 'last_over_time'];

class Reader {
  #tokens: readonly string[];
  #at = 0;
  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }
  #peek = (): string | undefined => this.#tokens[this.#at];
  #next = (): string => this.#tokens[this.#at++] ?? '';
  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new SyntaxError(`${token} expected, ${found || 'the end'} found`);
  }
  end(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`${this.#peek()} is one too many`);
  }

  binary(level: number): Read {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    while (operators.includes(this.#peek() ?? '')) {
      const operator = this.#next();
      const match = this.#matching();
      const right = this.binary(level + 1);
      const before = left;
      left = (series) => combine(operator, before(series), right(series), match);
    }
    return left;
  }

  unary(): Read {
    if (this.#peek() !== '-') return this.primary();
    this.#next();
    const read = this.primary();
    return (series) => combine('*', read(series), -1, {});
  }

  primary(): Read {
    const token = this.#next();
    if (token === '(') {
      const inner = this.binary(0);
      this.#expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (AGGREGATORS.includes(token)) return this.#aggregate(token);
    if (this.#peek() === '(') return this.#call(token);
    if (!/^[a-zA-Z_:]/.test(token)) throw new SyntaxError(`${token || 'the end'} is no expression`);
    return this.#selector(token);
  }

  #aggregate(kind: string): Read {
    let by: string[] | undefined;
    const grouping = () => {
      if (this.#peek() !== 'by') return;
      this.#next();
      by = this.#labels();
    };
    grouping();
    this.#expect('(');
    const inner = this.binary(0);
    this.#expect(')');
    grouping();
    return (series) => aggregate(kind, inner(series), by ?? []);
  }

  #call(name: string): Read {
    this.#expect('(');
    const given: Read[] = [];
    while (this.#peek() !== ')') {
      given.push(this.binary(0));
      if (this.#peek() === ',') this.#next();
    }
    this.#expect(')');
    const [first] = given;
    return (series) => {
      const value = first?.(series);
      if (name === 'time') return NOW;
      if (name === 'vector') return typeof value === 'number' ? [{ labels: {}, value }] : undefined;
      if (name === 'absent')
        return Array.isArray(value) ? (value.length > 0 ? [] : [{ labels: {}, value: 1 }]) : undefined;
      if (name === 'abs')
        return Array.isArray(value) ? value.map((each) => ({ ...each, value: Math.abs(each.value) })) : value;
      return STEADY.includes(name) ? value : undefined;
    };
  }

  #selector(metric: string): Read {
    const matchers: ((labels: Sample['labels']) => boolean)[] = [];
    if (this.#peek() === '{') {
      this.#next();
      while (this.#peek() !== '}') {
        const [label, operator, quoted] = [this.#next(), this.#next(), this.#next()];
        const wanted = JSON.parse(quoted) as string;
        const whole = operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`) : undefined;
        matchers.push((labels) => {
          const found = labels[label] ?? '';
          return (whole ? whole.test(found) : found === wanted) === !operator.startsWith('!');
        });
        if (this.#peek() === ',') this.#next();
      }
      this.#next();
    }
    if (this.#peek() === '[') while (this.#next() !== ']');
    return (series) => series(metric)?.filter(({ labels }) => matchers.every((each) => each(labels)));
  }

  #matching(): Matching {
    const match: Matching = {};
    for (
      let word = this.#peek();
      word && ['bool', 'on', 'ignoring', 'group_left', 'group_right'].includes(word);
      word = this.#peek()
    ) {
      this.#next();
      if (word === 'on') match.on = this.#labels();
      else if (word === 'ignoring') match.ignoring = this.#labels();
      else if (this.#peek() === '(') this.#labels();
    }
    return match;
  }

  #labels(): string[] {
    const found: string[] = [];
    this.#expect('(');
    while (this.#peek() !== ')') {
      const word = this.#next();
      if (word !== ',') found.push(word);
    }
    this.#next();
    return found;
  }
}

/** The moment of a state, in seconds; only differences to it mean anything. */
export const NOW = 2_000_000_000;

interface Matching {
  on?: string[];
  ignoring?: string[];
}
const keyOf = (labels: Sample['labels'], { on, ignoring = [] }: Matching): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => (on ? on.includes(name) : !ignoring.includes(name)))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

function aggregate(kind: string, value: Value, by: string[]): Value {
  if (!Array.isArray(value)) return undefined;
  const groups = Map.groupBy(value, ({ labels }) => keyOf(labels, { on: by }));
  return [...groups.values()].map((group) => {
    const values = group.map((each) => each.value);
    const sum = values.reduce((total, each) => total + each, 0);
    const result = {
      sum,
      count: values.length,
      min: Math.min(...values),
      max: Math.max(...values),
      avg: sum / values.length,
    }[kind]!;
    const labels = Object.fromEntries(Object.entries(group[0]!.labels).filter(([name]) => by.includes(name)));
    return { labels, value: result };
  });
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};
const COMPARISON: Record<string, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function combine(operator: string, a: Value, b: Value, match: Matching): Value {
  if (operator === 'or') {
    // What one side says stands, whatever the other one would.
    if (!Array.isArray(a) || !Array.isArray(b))
      return (
        (Array.isArray(a) && a.length > 0 ? a : undefined) ??
        (Array.isArray(b) && b.length > 0 ? b : undefined)
      );
    const known = new Set(a.map(({ labels }) => keyOf(labels, match)));
    return [...a, ...b.filter(({ labels }) => !known.has(keyOf(labels, match)))];
  }
  if (operator === 'and' || operator === 'unless') {
    if (Array.isArray(a) && a.length === 0) return [];
    if (!Array.isArray(a) || !Array.isArray(b)) return undefined;
    const other = new Set(b.map(({ labels }) => keyOf(labels, match)));
    return a.filter(({ labels }) => other.has(keyOf(labels, match)) === (operator === 'and'));
  }
  if (a === undefined || b === undefined) return undefined;
  const [compare, reckon] = [COMPARISON[operator], ARITHMETIC[operator]];
  const pair = (left: number, right: number, sample: Sample, kept: number): Sample[] =>
    compare
      ? compare(left, right)
        ? [{ ...sample, value: kept }]
        : []
      : [{ ...sample, value: reckon!(left, right) }];
  if (typeof a === 'number' && typeof b === 'number') return compare ? Number(compare(a, b)) : reckon!(a, b);
  if (typeof b === 'number') return (a as Sample[]).flatMap((each) => pair(each.value, b, each, each.value));
  if (typeof a === 'number') return b.flatMap((each) => pair(a, each.value, each, each.value));
  const right = new Map(b.map((each) => [keyOf(each.labels, match), each.value]));
  return a.flatMap((each) => {
    const found = right.get(keyOf(each.labels, match));
    return found === undefined ? [] : pair(each.value, found, each, each.value);
  });
}
