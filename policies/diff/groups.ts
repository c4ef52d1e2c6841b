import { type Change, subject, withoutDigest } from './change.ts';
import type { Field } from './compare.ts';
import { steps as sequenceSteps } from './sequence.ts';

/** Changes that say the same of many things: one line for a reader. */
export interface Group {
  changes: Change[];
  /** The edits that each of them has, each once: what is said at several places of a thing is one edit. */
  edits: Field[];
}

/** Changes by what they say: how, of which kind of edit, from what to what. */
export function groups(changes: readonly Change[]): Group[] {
  const found = Map.groupBy(changes, signature);
  return [...found.values()].map((same) => ({ changes: same, edits: editsOf(same[0]!) }));
}

function signature(change: Change): string {
  const { kind, place, path } = subject(change);
  if (change.how === 'added' || change.how === 'removed') return `${change.how} ${place} ${roomOf(path)}`;
  const moved = change.how === 'renamed' ? between(change) : '';
  const page =
    change.how === 'layout'
      ? ''
      : editsOf(change)
          .map((edit) => editKey(edit, change))
          .sort();
  return JSON.stringify([change.how, moved, page, change.how === 'renamed' ? kind : '']);
}
/** `kubernetes`, `hosts/sxb-edge1`: what comes and goes together. */
export const roomOf = (path: string): string => {
  const [, room = '', ...rest] = path.split('/');
  return /^(hosts|front-firewall)$/.test(room) && rest.length > 1 ? `${room}/${rest[0]}` : room;
};
const between = ({ before, after }: Change): string =>
  withoutDigest(before!.name) === withoutDigest(after!.name)
    ? 'digest'
    : `${words(before!.name, after!.name)}`;
/** The words in which two names differ: files of one host that was renamed differ alike. */
const words = (before: string, after: string): string => {
  const [old, fresh] = [before.split(/[/ ]/), after.split(/[/ ]/)];
  return old.map((word, index) => (word === fresh[index] ? '' : `${word}>${fresh[index]}`)).join('');
};

const editsOf = (change: Change): Field[] => {
  const seen = new Set<string>();
  return change.fields.filter((field) => {
    const key = editKey(field, change);
    return seen.has(key) ? false : seen.add(key);
  });
};
/** The end of the path names the edit: a label is a label, on an object and on its pods. */
function editKey({ steps, how, before, after }: Field, change: Change): string {
  if (typeof before === 'string' && typeof after === 'string' && before.includes('\n')) {
    const [old, fresh] = [before.split('\n'), after.split('\n')];
    const lines = sequenceSteps(old, fresh).flatMap(([gone, come]) =>
      gone !== undefined && come !== undefined
        ? []
        : [gone === undefined ? `+${fresh[come!]}` : `-${old[gone]}`],
    );
    return JSON.stringify([how, steps.at(-1), neutral(lines, change)]);
  }
  const end = steps.slice(-2).map((step) => step.replace(/^\[.*\]$/, '[…]'));
  return JSON.stringify([how, end, neutral(before, change), neutral(after, change)]);
}
/** A value without what differs by place: the site's code, and digests of what stands elsewhere. */
const neutral = (value: unknown, change: Change): string | undefined =>
  value === undefined
    ? undefined
    : JSON.stringify(value)
        .replaceAll(new RegExp(`\\b${subject(change).place}\\b`, 'g'), '<site>')
        .replaceAll(/\b[0-9a-f]{10,64}\b/g, '<digest>');
