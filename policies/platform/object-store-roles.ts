import type { Finding, Policy, Tree } from '../law.ts';
import { type CephZone, commandsOf, procedureFiles, zones } from '../reading/object-store-tree.ts';
import { type Data, ofKind } from '../reading/objects.ts';
import { listOf } from '../reading/texts.ts';

export const objectStoreRoles: Policy = {
  id: 'object-store-roles',
  title:
    'exactly one zone takes writes; every other pulls from it, is made read-only, and stops pulling before it is promoted',
  why: 'Rook makes every zone writable and has no field for the contrary: without the plan two sites take writes of one file and the last one wins. Rook also pulls again whenever it looks at the realm, and a promotion with that field left is rolled back by the site that was lost.',
  check(model, tree) {
    const all = zones(tree);
    const writers = all.filter(({ pulls }) => !pulls);
    const primary = model.objects?.primary.code;
    const found: Finding[] = [];
    for (const { site, realm, zone } of writers)
      if (site !== primary)
        found.push({
          path: (realm ?? zone).path,
          message: `${site} pulls no realm and so takes writes; in the model ${primary} does`,
          fix: `let its realm pull from ${primary}`,
        });
    const writer = all.find(({ site }) => site === primary);
    if (writer?.pulls)
      found.push({
        path: writer.realm!.path,
        text: writer.pulls,
        message: `${primary} takes writes in the model, and its realm pulls from ${writer.pulls}`,
        fix: 'remove `pull`',
      });
    for (const zone of all.filter(({ site }) => site !== primary)) {
      if (writer && zone.pulls && !writer.endpoints.includes(zone.pulls))
        found.push({
          path: zone.realm!.path,
          text: zone.pulls,
          other: { path: writer.zone.path, text: 'customEndpoints' },
          message: `${zone.site} pulls from ${zone.pulls}, which is no endpoint of ${primary}`,
          fix: `pull from ${writer.endpoints[0]}`,
        });
      found.push(...follows(tree, zone));
    }
    return [...found, ...usersOf(tree, primary)];
  },
};

/** What the plans of a zone that only reads must do, and in which order. */
function follows(tree: Tree, { site, zone }: CephZone): Finding[] {
  const plans = procedureFiles(tree).filter((each) => each.site === site);
  const steps = (id: string): Data[] => listOf(plans.find(({ plan }) => plan.id === id)?.plan.steps);
  const first = (id: string, wanted: RegExp): number =>
    steps(id).findIndex((step) => commandsOf(step).some((command) => wanted.test(command)));
  const modify = new RegExp(`^radosgw-admin zone modify .*--rgw-zone=${zone.name} .*--read-only$`);
  const commit = /^radosgw-admin period update .*--commit$/;
  const path = (id: string) => plans.find(({ plan }) => plan.id === id)?.path ?? zone.path;
  const found: Finding[] = [];
  const readOnlyAt = first('object-store-read-only', modify);
  if (readOnlyAt < 0 || first('object-store-read-only', commit) < readOnlyAt)
    found.push({
      path: path('object-store-read-only'),
      message: `no plan tells the zone of ${site} to be read-only and makes it part of a period`,
      fix: 'add `zone modify --read-only` and after it `period update --commit`',
    });
  for (const id of ['object-store-promote', 'object-store-handover']) {
    const takes = first(id, new RegExp(`^radosgw-admin zone modify .*--rgw-zone=${zone.name} .*--master`));
    const detached = first(id, /^patch cephobjectrealm .*"pull":null/);
    if (takes < 0)
      found.push({
        path: path(id),
        message: `no step of ${id} lets ${site} come first`,
        fix: 'add `zone modify --master`',
      });
    else if (detached < 0 || detached > takes)
      found.push({
        path: path(id),
        text: '--master',
        message: `${id} lets ${site} come first while Rook there still pulls the realm`,
        fix: 'remove `spec.pull` of the realm in a step before',
      });
  }
  return found;
}

/** Users and buckets are decided on by the first zone; made elsewhere they are refused again and again. */
const usersOf = (tree: Tree, primary: string | undefined): Finding[] =>
  ofKind(tree, 'CephObjectStoreUser', 'ObjectBucketClaim')
    .filter(({ site }) => site !== primary)
    .map(({ path, kind, name, site }) => ({
      path,
      message: `${kind} ${name} stands at ${site}, which takes no writes`,
      fix: `move it to ${primary}; the zones copy what it makes`,
    }));
