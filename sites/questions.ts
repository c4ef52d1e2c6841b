import { both, type PerFamily, preferred } from './address.ts';
import type { Host, Model, Site, SiteWith } from './model.ts';
import type { Role } from './schema/schema.ts';

// What each part of the platform asks of a site.

export const hostsOf = (site: Site, role: Role): Host[] => site.hosts.filter((host) => host.role === role);
export const workers = (site: Site): Host[] => hostsOf(site, 'worker');
/** The hosts that carry a database node: the workers where there is Kubernetes, hosts of role `database` elsewhere. */
export const databaseNodes = (site: Site): Host[] =>
  site.database ? hostsOf(site, site.kubernetes ? 'worker' : 'database') : [];
export const siteOf = (model: Model, code: string): Site => model.sites.find((site) => site.code === code)!;
export const others = (model: Model, site: Site): Site[] =>
  model.sites.filter((each) => each.code !== site.code);
/** Sites that serve the app to the world. */
export const appSites = ({ sites }: Pick<Model, 'sites'>): SiteWith<'kubernetes' | 'edge'>[] =>
  sites.filter((site): site is SiteWith<'kubernetes' | 'edge'> => Boolean(site.kubernetes && site.edge));
/**
 * Where other sites reach a host: its public address, or its own where that is public; in the family that all sites have,
 * and in the other one where the host has not got it.
 */
export const reachable = ({ public: open, address, abroad }: Host): string =>
  open[abroad] ?? address[abroad] ?? preferred({ ...address, ...open });
/** Where the world reaches the app at a site. */
export const appAddress = (site: Site): PerFamily =>
  site.edge?.kind === 'octavia' ? site.edge.app.public : (site.edge?.app.address ?? {});
/** The service addresses that a site announces: those of the families that its router speaks. */
export const announced = (model: Model, site: Site): PerFamily => {
  const { ipv4, ipv6 } = site.routing?.peer.address ?? {};
  return {
    ...(ipv4 && model.anycast.ipv4 ? { ipv4: model.anycast.ipv4 } : {}),
    ...(ipv6 && model.anycast.ipv6 ? { ipv6: model.anycast.ipv6 } : {}),
  };
};
/** Where pods of a site reach its Kubernetes API. */
export const apiAddress = (site: Site): PerFamily => site.edge?.api.address ?? {};
/** Where a site's pooler reaches the database: the balancer's address. */
export const databaseAddress = (site: Site): PerFamily =>
  site.edge?.kind === 'octavia' ? site.edge.database.address : (site.edge?.api.address ?? {});
/** The addresses that connections come from behind the site's balancer: what Traefik and the firewalls trust. */
export function balancerSources(site: Site): string[] {
  if (site.edge?.kind === 'octavia') return both(site.networks.balancers);
  return hostsOf(site, 'edge').flatMap((host) => both(host.address));
}
/** Two nodes of every other site and every node of its own, as each is dialled from this site. */
export function joinAddresses(model: Model, site: Site): { host: Host; address: string }[] {
  return model.sites.flatMap((other) => {
    const nodes = databaseNodes(other);
    if (other.code === site.code) return nodes.map((host) => ({ host, address: preferred(host.address) }));
    const start = model.sites.indexOf(site) % Math.max(1, nodes.length);
    const two = nodes.length < 3 ? nodes : [nodes[start]!, nodes[(start + 1) % nodes.length]!];
    return two.map((host) => ({ host, address: reachable(host) }));
  });
}
