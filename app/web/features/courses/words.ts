import type { CourseItem } from '#shared/schemas/course.ts';

/** « 1 section », « 3 sections ». */
export const count = (number: number, noun: string, several = `${noun}s`): string =>
  `${number} ${number > 1 ? several : noun}`;

export const LANGUAGES: Record<string, string> = { fr: 'français', en: 'anglais' };
/** What a course has. */
export const HAS = { video: 'avec une vidéo', subtitles: 'avec des sous-titres' };
/** How long a course takes to read. */
export const LENGTHS: Record<string, string> = {
  short: 'jusqu’à 30 min',
  medium: 'de 30 min à 2 h',
  long: 'plus de 2 h',
};

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

/** « 1:23 », as players show it. */
export const time = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** « 45 min », « 2 h 10 ». */
export function duration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${String(rest).padStart(2, '0')}`;
}

/** What is said of a course that not everybody may read. */
/** Where a course stands in its life, in a word. */
export const STATE_NAMES: Record<CourseItem['state'], string> = {
  draft: 'Brouillon',
  published: 'Publié',
  archived: 'Archivé',
  deleted: 'Supprimé',
};

export const STATES = {
  draft: 'Brouillon : seuls ses auteurs le voient.',
  published: '',
  archived: 'Archivé : seuls ceux qui le suivent le lisent encore.',
  deleted: 'Supprimé : il disparaîtra dans les 30 jours.',
} as const;
