import { objectStorePlans } from '../constructs/object-store-plans.ts';
import { rookOperator } from '../constructs/rook-operator.ts';
import { yaml } from '../constructs/yaml.ts';
import type { Model, Site } from '../sites/model.ts';

/** The procedures of a site, one file each: what the other files of the tree cannot say because it happens once and in an order. */
export function plans(model: Model, site: Site): [path: string, text: string][] {
  if (!site.objects) return [];
  const all = [
    rookOperator({ site }),
    ...(site === model.objects!.primary ? [] : objectStorePlans({ model, site })),
  ];
  return all.map((plan) => [`plans/${plan.id}.yaml`, yaml(plan)]);
}
