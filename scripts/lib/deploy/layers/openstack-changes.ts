/** One resource that a plan of OpenTofu changes. */
export interface ResourceChange {
  /** `openstack_compute_instance_v2.host_worker1_instance`. */
  address: string;
  how: 'destroyed' | 'replaced' | 'changed' | 'added';
  /** Keys with their values before and after; of a change only. */
  fields: string[];
}

/** The part of `tofu show -json` that is read. @see https://opentofu.org/docs/internals/json-format/ */
interface PlanJson {
  resource_changes?: {
    address: string;
    change: {
      actions: string[];
      before?: Record<string, unknown> | null;
      after?: Record<string, unknown> | null;
      before_sensitive?: unknown;
      after_sensitive?: unknown;
    };
  }[];
}

const ORDER = ['destroyed', 'replaced', 'changed', 'added'] as const;
const SIGN = { destroyed: '-', replaced: '-/+', changed: '~', added: '+' } as const;
const VALUE_MAX = 60;

/** What a plan changes, destroys and replacements first. @param text the output of `tofu show -json` */
export function resourceChanges(text: string): ResourceChange[] {
  const { resource_changes: all = [] } = JSON.parse(text) as PlanJson;
  return all
    .flatMap(({ address, change }): ResourceChange[] => {
      const how = howOf(change.actions);
      return how ? [{ address, how, fields: how === 'changed' ? fieldsOf(change) : [] }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how) || (a.address < b.address ? -1 : 1));
}

function howOf(actions: readonly string[]): ResourceChange['how'] | undefined {
  const [destroys, makes] = [actions.includes('delete'), actions.includes('create')];
  if (destroys) return makes ? 'replaced' : 'destroyed';
  if (makes) return 'added';
  return actions.includes('update') ? 'changed' : undefined;
}

type Change = NonNullable<PlanJson['resource_changes']>[number]['change'];

function fieldsOf({ before, after, before_sensitive: hidden, after_sensitive: hiding }: Change): string[] {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys.flatMap((key) => {
    const [from, to] = [before?.[key], after?.[key]].map((value) => JSON.stringify(value) ?? 'unset');
    if (from === to) return [];
    const isHidden = [hidden, hiding].some((flags) => (flags as Record<string, unknown> | undefined)?.[key]);
    return [isHidden ? `${key}: differs` : `${key}: ${short(from!)} -> ${short(to!)}`];
  });
}
const short = (text: string): string => (text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text);

/** A page for a person. */
export function changesText(changes: readonly ResourceChange[]): string {
  if (changes.length === 0) return 'OpenStack is as the tree says\n';
  const lines = changes.flatMap(({ address, how, fields }) => [
    `  ${SIGN[how].padEnd(3)} ${address}`,
    ...fields.map((field) => `        ${field}`),
  ]);
  const counts = ORDER.flatMap((how) => {
    const count = changes.filter((each) => each.how === how).length;
    return count > 0 ? [`${count} ${how}`] : [];
  });
  return `${counts.join(', ')}\n${lines.join('\n')}\n`;
}

/** Resources whose end takes what they hold with them. */
const HOLDS = /^openstack_(blockstorage_volume|objectstorage_|sharedfilesystem_share|images_image|dns_zone)/;

/** What a plan loses for good, and what it stops meanwhile. */
export function lossesOf(changes: readonly ResourceChange[]): { lost: string[]; cut: string[] } {
  const ended = changes.filter(({ how }) => how === 'destroyed' || how === 'replaced');
  const named = (some: readonly ResourceChange[]) => some.map(({ address, how }) => `${address}, ${how}`);
  return {
    lost: named(ended.filter(({ address }) => HOLDS.test(address))),
    cut: named(ended.filter(({ address }) => !HOLDS.test(address))),
  };
}
