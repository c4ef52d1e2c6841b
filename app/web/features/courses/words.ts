/** « 1 section », « 3 sections ». */
export const count = (number: number, noun: string): string => `${number} ${noun}${number > 1 ? 's' : ''}`;

/** « 87/100 (12 avis) ». */
export const mark = ({ mean, count: votes }: { mean: number | null; count: number }): string =>
  mean === null ? '' : `${numbers.format(mean)}/100 (${votes} avis)`;

const lists = new Intl.ListFormat('fr', { type: 'conjunction' });
export const names = (people: { name: string }[]): string =>
  lists.format(people.map((person) => person.name));

const dates = new Intl.DateTimeFormat('fr', { dateStyle: 'long' });
export const date = (moment: string): string => dates.format(new Date(moment));

const numbers = new Intl.NumberFormat('fr', { maximumFractionDigits: 1 });
const UNITS = ['octets', 'ko', 'Mo', 'Go', 'To'];
/** « 1,3 Mo »: thousands, as shops and telephones count them. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${numbers.format(value)} ${UNITS[unit]}`;
}
