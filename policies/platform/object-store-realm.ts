import type { Finding, Policy } from '../law.ts';
import { type CephZone, zones } from '../reading/object-store-tree.ts';

export const objectStoreRealm: Policy = {
  id: 'object-store-realm',
  title:
    'all sites name one realm and one zone group, each its own zone, and are reached by HTTPS at an endpoint of their own',
  why: 'A site with another realm makes an object store of its own that looks healthy and copies nothing. The address that Rook would take by itself is one inside the cluster, which no other site can dial.',
  check(_model, tree) {
    const all = zones(tree);
    const [first] = all;
    return all.flatMap((zone) => [
      ...broken(zone),
      ...(first && zone !== first ? apart(zone, first) : []),
      ...zone.endpoints.flatMap((endpoint): Finding[] => {
        const other = all.find((each) => each !== zone && each.endpoints.includes(endpoint));
        return other
          ? [
              {
                path: zone.zone.path,
                text: endpoint,
                other: { path: other.zone.path, text: endpoint },
                message: `${zone.site} and ${other.site} have one endpoint: ${endpoint}`,
                fix: 'give each zone the public name of its own site',
              },
            ]
          : [];
      }),
    ]);
  },
};

function broken({ site, zone, group, realm, endpoints }: CephZone): Finding[] {
  const found: Finding[] = [];
  if (!group || !realm)
    found.push({
      path: zone.path,
      text: 'zoneGroup',
      message: group
        ? `the zone group of ${site} is in realm ${group.object.spec.realm}, which the site does not have`
        : `the zone of ${site} is in zone group ${zone.object.spec.zoneGroup}, which the site does not have`,
      fix: group ? 'add the CephObjectRealm' : 'add the CephObjectZoneGroup',
    });
  if (endpoints.length === 0 || endpoints.some((endpoint) => !/^https:\/\/[^/]+$/.test(endpoint)))
    found.push({
      path: zone.path,
      text: 'customEndpoints',
      message: `the zone of ${site} is reached at ${endpoints.join(', ') || 'no address of its own'}`,
      fix: 'give it the public name of its object store, as https://NAME',
    });
  return found;
}

function apart(zone: CephZone, first: CephZone): Finding[] {
  const found: Finding[] = [];
  const names: [string, (each: CephZone) => string | undefined, 'same' | 'own'][] = [
    ['realm', ({ realm }) => realm?.name, 'same'],
    ['zone group', ({ group }) => group?.name, 'same'],
    ['zone', (each) => each.zone.name, 'own'],
  ];
  for (const [what, name, want] of names) {
    const [here, there] = [name(zone), name(first)];
    if ((here === there) === (want === 'same') || !here || !there) continue;
    found.push({
      path: zone.zone.path,
      text: here,
      other: { path: first.zone.path, text: there },
      message:
        want === 'same'
          ? `${zone.site} has the ${what} ${here}, ${first.site} has ${there}`
          : `${zone.site} and ${first.site} have the same ${what}: ${here}`,
      fix: want === 'same' ? `name both ${there}` : 'name each after its site',
    });
  }
  return found;
}
