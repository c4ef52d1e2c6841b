import type { Finding, Policy, Tree } from '../law.ts';
import { type CephZone, zones } from '../reading/object-store-tree.ts';
import { ofKind } from '../reading/objects.ts';
import { ofType, stacks } from '../reading/openstack-tree.ts';

export const objectStoreEndpoints: Policy = {
  id: 'object-store-endpoints',
  title:
    'every endpoint of a zone has a route to its gateways for clients, a certificate and a name in the zone file',
  why: 'The other sites copy by that name, and so do clients. A name without a route answers 404, and a copy that gets 404 for a file takes it for deleted.',
  check(_model, tree) {
    return zones(tree).flatMap((zone) =>
      zone.endpoints.flatMap((endpoint) =>
        missing(tree, zone, endpoint.replace(/^https:\/\//, '').replace(/[:/].*$/, '')),
      ),
    );
  },
};

function missing(tree: Tree, { site, zone, stores }: CephZone, host: string): Finding[] {
  const here = (kind: string) => ofKind(tree, kind).filter((each) => each.site === site);
  const services = stores
    .filter(({ object }) => object.spec.gateway.disableMultisiteSyncTraffic)
    .map(({ name }) => `rook-ceph-rgw-${name}`);
  const leads = JSON.stringify;
  const ingress = here('Ingress').some(({ object }) =>
    (object.spec.rules ?? []).some(
      (rule: { host: string; http: object }) =>
        rule.host === host && services.some((name) => leads(rule.http ?? null).includes(`"${name}"`)),
    ),
  );
  const route = here('HTTPRoute').some(
    ({ object }) =>
      object.spec.hostnames?.includes(host) &&
      services.some((name) => leads(object.spec.rules ?? null).includes(`"${name}"`)),
  );
  const certificate = here('Certificate').some(({ object }) => object.spec.dnsNames?.includes(host));
  const records = [...tree].filter(([path]) => path.startsWith('platform/dns/'));
  const named = records.some(([, text]) => inZoneFile(text, host)) || delegated(tree, host);
  const finding = (what: string, fix: string): Finding => ({
    path: zone.path,
    text: host,
    message: `${host}, an endpoint of ${site}, has no ${what}`,
    fix,
  });
  return [
    ...(ingress && route
      ? []
      : [finding('route to its gateways', `lead it to ${services[0] ?? 'a store for clients'}`)]),
    ...(certificate ? [] : [finding('certificate', 'name it in the Certificate beside the route')]),
    ...(named || records.length === 0
      ? []
      : [finding('record in the zone file', 'add it where the way in of the site is')]),
  ];
}

/** Where a site keeps its zone in Designate, its stack has the records, with a dot at the end of each name. */
const delegated = (tree: Tree, host: string): boolean =>
  stacks(tree).some((stack) =>
    ofType(stack, 'dns_recordset_v2').some(({ value }) => value.name === `${host}.`),
  );

/** A record's owner is written in full with a dot at its end, or without the zone's own name. */
function inZoneFile(text: string, host: string): boolean {
  const owners = new Set([...text.matchAll(/^([\w.-]+)\s/gm)].map(([, owner]) => owner));
  const labels = host.split('.');
  return (
    owners.has(`${host}.`) || labels.some((_, index) => owners.has(labels.slice(0, index + 1).join('.')))
  );
}
