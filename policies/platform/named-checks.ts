import type { Model } from '#sites/model.ts';
import type { Finding, Policy, Tree } from '../law.ts';
import type { NamedCheck } from '../named/check.ts';
import { CHECKS } from '../named/packs.ts';
import { covers, WAIVERS, type Waiver, waiverOf } from '../named/waivers.ts';
import { objectName, objects } from '../reading/objects.ts';
import { services } from '../reading/units.ts';

export const namedChecks: Policy = {
  id: 'named-checks',
  title: 'the checks that others have given a name pass, but for what one table allows with a reason',
  why: 'These are the mistakes that others have made often enough to give them a name. A reviewer who knows the name need not read the file; an exception that stands in one table, ten at most, stays a decision and does not become a habit.',
  check: (model, tree) => judge(model, tree, WAIVERS),
};

/** What breaks a check and is not waived, and waivers that allow nothing. */
export function judge(model: Model, tree: Tree, waivers: readonly Waiver[]): Finding[] {
  const used = new Set<Waiver>();
  const asked = CHECKS.filter(({ lab }) => !(model.lab && lab));
  const found = asked.flatMap((check) => findings(check, { tree, waivers, used }));
  const there = new Set(named(tree));
  // Of an object that this platform has not, and in a lab that has less of everything, nothing says that a waiver is spare.
  const unneeded = waivers.filter(
    (each) =>
      !used.has(each) &&
      (!isKnown(each) || (!model.lab && [...there].some((object) => covers(each.object, object)))),
  );
  return [...found, ...unneeded.map((each) => spare(each, tree))];
}

/** What a waiver may be about, by the names that findings give. */
const named = (tree: Tree): string[] => [
  ...objects(tree).map(objectName),
  ...services(tree).map(({ name }) => `unit/${name}`),
];

const findings = (
  { id, fix, breaks }: NamedCheck,
  { tree, waivers, used }: { tree: Tree; waivers: readonly Waiver[]; used: Set<Waiver> },
): Finding[] =>
  breaks(tree).flatMap(({ path, text, object, fact }): Finding[] => {
    const waiver = waiverOf(id, object, waivers);
    if (waiver) {
      used.add(waiver);
      return [];
    }
    return [{ check: id, path, ...(text === undefined ? {} : { text }), message: `${object} ${fact}`, fix }];
  });

const isKnown = ({ check }: Waiver): boolean => CHECKS.some(({ id }) => id === check);

const spare = (waiver: Waiver, tree: Tree): Finding => ({
  path: objects(tree)[0]?.path ?? '',
  message: isKnown(waiver)
    ? `the waiver of ${waiver.check} for ${waiver.object} allows nothing: the object is better than that`
    : `the waiver for ${waiver.object} names ${waiver.check}, which is no named check`,
  fix: 'take it out of policies/named/waivers.ts',
});
