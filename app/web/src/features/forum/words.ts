const relative = new Intl.RelativeTimeFormat('fr', { numeric: 'auto' });
const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** « il y a 3 heures ». */
export function ago(moment: string): string {
  const seconds = (Date.parse(moment) - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return unit === 'second' ? 'à l’instant' : relative.format(Math.round(seconds / size), unit);
}

/** Whoever wrote it, also when his account is gone. */
export const nameOf = (author: { name: string } | null): string => author?.name ?? 'Compte supprimé';

const MENTION = /@\[([^\]\n]{1,100})\]\(([0-9a-f-]{36})\)/g;
/** Somebody who can be named. */
export interface Named {
  id: string;
  name: string;
}

/** Markdown in which people who are named stand out instead of being a link to nowhere. */
export const withNames = (body: string): string => body.replace(MENTION, '**@$1**');

/** A text as it is kept, as people type it: `@Inès Benali` and no id. */
export const typed = (body: string): string => body.replace(MENTION, '@$1');
/** Whom a text that was kept names. */
export const namedIn = (body: string): Named[] =>
  [...body.matchAll(MENTION)].map(([, name = '', id = '']) => ({ id, name }));

/** A text as it is kept, from what was typed: `@Inès Benali` names her where she is among those who can be meant. */
export function naming(text: string, people: (Named | null)[]): string {
  const known = new Map(people.flatMap((each) => (each ? [[each.name, each] as const] : [])));
  // The longest first: « @Anne » is also the beginning of « @Anne Martin ».
  const names = [...known.keys()].sort((one, other) => other.length - one.length);
  if (names.length === 0) return text;
  const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(
    new RegExp(`(?<![\\p{L}\\p{N}])@(${pattern})(?![\\p{L}\\p{N}])`, 'gu'),
    (_, name: string) => {
      const { id } = known.get(name)!;
      return `@[${name.replace(/[[\]]/g, '')}](${id})`;
    },
  );
}
