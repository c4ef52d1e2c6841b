import { certManager } from '../constructs/cert-manager.ts';
import { objectStorePlans } from '../constructs/object-store-plans.ts';
import { promisesPage } from '../constructs/promises.ts';
import { rookOperator } from '../constructs/rook-operator.ts';
import { yaml } from '../constructs/yaml.ts';
import type { Model, Site } from '../sites/model.ts';

/** The procedures of a site, one file each – what the other files cannot say because it happens once and in an order – and what it promises. */
export function plans(model: Model, site: Site): [path: string, text: string][] {
  const page: [string, string][] =
    site.edge?.kind === 'haproxy' ? [['plans/promises.md', promisesPage({ model, site })]] : [];
  const all = [
    ...(site.kubernetes ? [certManager({ site })] : []),
    ...(site.objects ? [rookOperator({ site })] : []),
    ...(site.objects && site !== model.objects!.primary ? objectStorePlans({ model, site }) : []),
  ];
  return [...page, ...all.map((plan): [string, string] => [`plans/${plan.id}.yaml`, yaml(plan)])];
}
