import { certManager } from '#constructs/plans/cert-manager.ts';
import { failoverPlans } from '#constructs/plans/failover.ts';
import { objectStorePlans } from '#constructs/plans/object-store-plans.ts';
import { promisesPage } from '#constructs/plans/promises.ts';
import { rookOperator } from '#constructs/plans/rook-operator.ts';
import { below, type TextFile } from '#constructs/text-file.ts';
import { yaml } from '#constructs/yaml.ts';
import type { Model, Site } from '#sites/model.ts';
import { hasHaproxy, hasObjects } from '#sites/site-kinds.ts';

/** The procedures of a site, one file each – what the other files cannot say because it happens once and in an order – and what it promises. */
export function plans(model: Model, site: Site): TextFile[] {
  const { objects } = model;
  const page: TextFile[] = hasHaproxy(site) ? [['promises.md', promisesPage({ model, site })]] : [];
  const all = [
    ...(site.kubernetes ? [certManager({ site: site.code })] : []),
    ...(hasObjects(site) ? [rookOperator({ site: site.code })] : []),
    ...(objects && hasObjects(site) && site !== objects.primary
      ? objectStorePlans({ domain: model.domain, objects, site, sites: model.sites })
      : []),
    ...failoverPlans(model, site),
  ];
  return below('plans', [...page, ...all.map((plan): TextFile => [`${plan.id}.yaml`, yaml(plan)])]);
}
