/** What an amount of memory or disk is counted in: as Kubernetes writes quantities, and as our site files do. */
const UNITS = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
} as const;
type Unit = keyof typeof UNITS;

/** What is done with a part of a unit. */
type Rounding = 'floor' | 'ceil';

/**
 * An amount of memory or disk. Factories by unit, and conversions that say which way they round or throw where they would lose
 * bytes, as cdk8s' class of this name has them; without that library, which commands that only read site files would wait for.
 * @see https://github.com/cdk8s-team/cdk8s-core/blob/2.x/src/size.ts
 */
export class Size {
  readonly bytes: number;
  private constructor(bytes: number) {
    this.bytes = bytes;
  }
  static bytes(amount: number): Size {
    return new Size(amount);
  }
  static mebibytes(amount: number): Size {
    return new Size(amount * UNITS.Mi);
  }
  static gibibytes(amount: number): Size {
    return new Size(amount * UNITS.Gi);
  }
  static tebibytes(amount: number): Size {
    return new Size(amount * UNITS.Ti);
  }
  /** `64Gi`, `1.5G`, `1024`. @throws RangeError for a unit that nobody knows: counted as bytes it would be next to nothing */
  static parse(text: string): Size {
    const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
    if (amount === undefined || (unit !== '' && !Object.hasOwn(UNITS, unit)))
      throw new RangeError(`${text} is no size: a number and one of ${Object.keys(UNITS).join(', ')}`);
    return new Size(Number(amount) * (unit === '' ? 1 : UNITS[unit as Unit]));
  }

  /** @throws RangeError where a part of one would be lost and nobody says which way to round */
  toMebibytes(rounding?: Rounding): number {
    return this.in('Mi', rounding);
  }
  /** @throws RangeError where a part of one would be lost and nobody says which way to round */
  toGibibytes(rounding?: Rounding): number {
    return this.in('Gi', rounding);
  }
  private in(unit: Unit, rounding?: Rounding): number {
    const amount = this.bytes / UNITS[unit];
    if (rounding) return Math[rounding](amount);
    if (!Number.isInteger(amount)) throw new RangeError(`${this.bytes} bytes are no whole number of ${unit}`);
    return amount;
  }

  /** As a quantity in the largest unit in which it is whole: `2Ti`, `1700Mi`. @throws RangeError for what is no whole MiB */
  toString(): string {
    const unit = (['Ti', 'Gi'] as const).find((each) => this.bytes % UNITS[each] === 0) ?? 'Mi';
    return `${this.in(unit)}${unit}`;
  }
}
