import type { Finding, Policy } from '../law.ts';
import { objects, ofKind, workloads } from '../reading/objects.ts';
import { CHECKS } from './kube-linter/checks.ts';
import { WAIVERS, waived } from './waivers.ts';

export const namedChecks: Policy = {
  id: 'named-checks',
  title: "kube-linter's default checks pass, but for what one table allows with a reason",
  why: 'These are the mistakes that others have made often enough to give them a name. A reviewer who knows the name need not read the manifest; an exception that stands in one table, ten at most, stays a decision and does not become a habit.',
  check(model, tree) {
    const all = workloads(tree);
    const used = new Set<string>();
    const found = CHECKS.flatMap((check): Finding[] => {
      const broken = check.pod
        ? all.flatMap((workload) => (check.pod!(workload, tree) ?? []).map((fact) => ({ fact, ...workload })))
        : objects(tree).flatMap((rendered) =>
            (check.object!(rendered, tree) ?? []).map((fact) => ({ fact, ...rendered })),
          );
      return broken
        .filter((each) => {
          const allowed = waived(check.id, each);
          if (allowed) used.add(`${check.id} ${each.kind}/${each.namespace}/${each.name}`);
          return !allowed;
        })
        .map(({ path, kind, namespace, name, fact }) => ({
          path,
          message: `${check.id}: ${kind.toLowerCase()} ${namespace}/${name} ${fact}`,
          fix: check.fix,
        }));
    });
    const known = new Set(CHECKS.map(({ id }) => id));
    // A tree without its namespaces is a piece of one, and a lab has less of everything: nothing there says that a waiver is spare.
    const spare =
      model.lab || ofKind(tree, 'Namespace').length === 0
        ? []
        : WAIVERS.filter(({ check, object }) => known.has(check) && !used.has(`${check} ${object}`));
    return [
      ...found,
      ...spare.map(({ check, object }) => ({
        path: objects(tree)[0]?.path ?? '',
        message: `the waiver of ${check} for ${object} allows nothing: the object is gone, or better`,
        fix: 'take it out of policies/kubernetes/waivers.ts',
      })),
    ];
  },
};
