import { MENTION } from '#shared/markdown/mentions.ts';

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

/** The author, also when their account is gone. */
export const nameOf = (author: { name: string } | null): string => author?.name ?? 'Compte supprimé';

/** Somebody who can be named. */
export interface Named {
  id: string;
  name: string;
}

/** What is written of each who is meant, and who that is: of two of one name the second is `Emma Martin (2)`. */
function labelsOf(meant: Named[]): Map<string, Named> {
  const labels = new Map<string, Named>();
  for (const person of meant) {
    if ([...labels.values()].some(({ id }) => id === person.id)) continue;
    let label = person.name;
    for (let number = 2; labels.has(label); number += 1) label = `${person.name} (${number})`;
    labels.set(label, person);
  }
  return labels;
}
/** How somebody is written in a text that means these people. */
export function labelOf(person: Named, meant: Named[]): string {
  const labels = labelsOf([...meant, person]);
  return [...labels].find(([, { id }]) => id === person.id)![0];
}

/** Whom a text that was kept names. */
export const namedIn = (body: string): Named[] =>
  [...body.matchAll(MENTION)].map(([, name = '', id = '']) => ({ id, name }));
/** A text as it is kept, as people type it: `@Inès Benali` and no id, where `namedIn` are meant. */
export function typed(body: string): string {
  const meant = namedIn(body);
  return body.replace(MENTION, (_, name: string, id: string) => `@${labelOf({ id, name }, meant)}`);
}

/**
 * A text as it is kept, from what was typed: `@Inès Benali` names the person who was meant by it, chosen from a list or named before;
 * else the only one of that name whom the page knows. Of two of whom none was chosen nobody is named.
 */
export function naming(text: string, meant: Named[], others: (Named | null)[]): string {
  const known = labelsOf(meant);
  const unsaid = new Map(others.flatMap((each) => (each ? [[each.id, each] as const] : [])));
  for (const { name } of unsaid.values()) {
    const all = [...unsaid.values()].filter((each) => each.name === name);
    if (all.length === 1 && !known.has(name)) known.set(name, all[0]!);
  }
  // The longest first: « @Anne » is also the beginning of « @Anne Martin ».
  const names = [...known.keys()].sort((one, other) => other.length - one.length);
  if (names.length === 0) return text;
  const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(
    new RegExp(`(?<![\\p{L}\\p{N}])@(${pattern})(?![\\p{L}\\p{N}])`, 'gu'),
    (_, label: string) => {
      const { id, name } = known.get(label)!;
      return `@[${name.replace(/[[\]]/g, '')}](${id})`;
    },
  );
}

/** The beginning of a name that is being typed behind an @, at the end of what stands before the cursor. */
export const beginningAt = (before: string): string | undefined =>
  /(?<![\p{L}\p{N}])@([\p{L}][\p{L}\p{M}\p{N}'’ -]{1,60})$/u.exec(before.slice(-70))?.[1];
