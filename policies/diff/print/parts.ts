import { type Change, type Level, subject, worse, worstOf } from '../change.ts';
import { type Group, roomOf } from '../groups.ts';
import type { Moved } from '../moved.ts';
import type { Meaning, Report, Verdict } from '../report.ts';
import { brief, fieldLines, safe } from './values.ts';

/** What every form of the report says, in the same words. */

const WORDS: Record<Change['how'], string> = {
  added: 'added',
  removed: 'removed',
  renamed: 'renamed',
  changed: 'changed',
  layout: 'changed in layout only',
};
const SIGNS: Record<Change['how'], string> = {
  added: '+',
  removed: '-',
  renamed: '>',
  changed: '~',
  layout: '=',
};

/** `3 changed, 1 added`. */
export function summary({ counts, files }: Report): string {
  const said = (Object.keys(WORDS) as Change['how'][])
    .filter((how) => counts[how] > 0)
    .map((how) => `${counts[how]} ${WORDS[how]}`);
  return said.length === 0
    ? 'nothing differs'
    : `${said.join(', ')} (${plural(files.changed, 'file')} of ${Math.max(files.before, files.after)})`;
}
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Things in few words: their name, or how many of which place and kind. */
export function whom(changes: readonly Change[]): string {
  if (changes.length <= 2)
    return changes.map((change) => `${subject(change).place} ${nameOf(change)}`).join(', ');
  const places = [...new Set(changes.map((change) => subject(change).place))];
  const kinds = [...Map.groupBy(changes, (change) => subject(change).kind)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const named = kinds.slice(0, 4).map(([kind, same]) => `${same.length} ${kind}`);
  if (kinds.length > 4) named.push(`${kinds.length - 4} more kinds`);
  return `${plural(changes.length, 'thing')} at ${places.join(', ')} (${named.join(', ')})`;
}
function nameOf(change: Change): string {
  const { before, after } = change;
  const { kind, name } = subject(change);
  const said =
    change.how === 'renamed' && before!.name !== after!.name ? `${before!.name} -> ${after!.name}` : name;
  return safe(`${kind} ${said}`);
}

/** Named at most; of more the first two and how many there are. */
const NAMED_MAX = 4;

/** A meaning as a sentence: where, who, and what happens to them. */
export function meaningText({ text, at, changes }: Meaning): string {
  const places = [...new Set(changes.map((change) => subject(change).place))];
  const who =
    at.length > NAMED_MAX ? `${at.slice(0, 2).join(', ')} and ${at.length - 2} more` : at.join(', ');
  return `${places.join(', ')}: ${text}${who ? ` (${who})` : ''}`;
}

/** A verdict as a head and a sentence: a law is broken or kept, a failure met worse or better. */
export const verdictText = ({ how, law, message }: Verdict): [head: string, text: string] =>
  law === 'what-if'
    ? [how === 'new' ? 'worse' : 'better', message]
    : [how === 'new' ? 'now breaks' : 'now keeps', `${law}: ${message}`];

/** A group as a head and its edits. */
export function groupLines({ changes, edits }: Group): { head: string; lines: string[] } {
  const first = changes[0]!;
  const sign = SIGNS[first.how];
  if ((first.how === 'added' || first.how === 'removed') && changes.length > 2) {
    const { place, path } = subject(first);
    return {
      head: `${sign} ${place} ${roomOf(path)}: ${whom(changes)}`,
      lines: shown(changes.map(nameOf), 4),
    };
  }
  const where = changes.length === 1 ? `  ${safe(subject(first).path)}` : '';
  const head = `${sign} ${whom(changes)}${where}`;
  const made =
    changes.length === 1 &&
    first.fields.length === 0 &&
    subject(first).path.endsWith('.tf.json') &&
    first.how !== 'renamed';
  const lines = made ? [brief(subject(first).data)] : edits.flatMap(fieldLines);
  const names =
    changes.length > 2
      ? [
          `in ${shown(
            changes.map((change) => `${subject(change).place} ${nameOf(change)}`),
            3,
          ).join(', ')}`,
        ]
      : [];
  return { head, lines: [...lines, ...names] };
}
const shown = (all: readonly string[], most: number): string[] =>
  all.length > most + 1 ? [...all.slice(0, most), `… and ${all.length - most} more`] : [...all];

/** Groups, the worst first. */
export const sorted = (groups: readonly Group[]): Group[] =>
  groups.toSorted((a, b) => worse(worstIn(a), worstIn(b)));
/** What is worst of what a group does. */
export const worstIn = ({ changes }: Group): Level => changes.map(worstOf).sort(worse)[0] ?? 'nothing';

/** Numbers that moved; the same at several places is said once. */
export function movedLines(all: readonly Moved[]): string[] {
  const same = Map.groupBy(all, ({ what, before, after }) =>
    JSON.stringify([what.replace(/^\S+-\S+ /, ''), before, after]),
  );
  return [...same.values()].map((each) => {
    const [{ what, before, after }] = each as [Moved];
    const difference = Number(after) - Number(before);
    const sign = difference > 0 ? '+' : '';
    const delta = Number.isNaN(difference) ? '' : ` (${sign}${Math.round(difference * 100) / 100})`;
    const where =
      each.length > 1
        ? `${[...new Set(each.map(({ place }) => place))].join(', ')}, ${each.length} places`
        : each[0]!.place;
    return `${where}: ${safe(what)} ${safe(before)} -> ${safe(after)}${delta}`;
  });
}
