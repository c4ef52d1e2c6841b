import { contains, FAMILIES, type PerFamily } from '#sites/address.ts';
import type { Host, Model, Site } from '#sites/model.ts';
import type { Flow } from '#sites/traffic/flows.ts';
import type { Party } from '#sites/traffic/parties.ts';
import { type Crowd, crowd } from './crowd.ts';

/**
 * What a party of the table means in hosts and addresses, worked out once more from the model alone: the renderers have their own
 * way (`sites/traffic/conversations.ts`), and a mistake that judge and accused shared would be seen by nobody.
 */

/** The hosts of a site that a party stands for; none for outsiders and for Octavia. */
export const hostsOfParty = (party: Party, site: Site): Host[] =>
  site.hosts.filter((host) => isPart(party, host, site));

/** Whether a party stands for a host of a site. */
export function isPart(party: Party, { role }: Host, site: Site): boolean {
  const cluster = site.kubernetes !== undefined;
  const carriesDatabase = site.database !== undefined && role === (cluster ? 'worker' : 'database');
  switch (party.kind) {
    case 'hosts':
      return true;
    case 'role':
      return role === party.role;
    case 'arbiters':
      return !cluster;
    case 'kubernetes':
      return cluster && (role === 'control-plane' || role === 'worker');
    case 'pods':
    case 'namespace':
    case 'all-pods':
      return cluster && role === 'worker';
    case 'database':
      return carriesDatabase;
    case 'balancer':
      if (party.balancer === 'database' && !cluster) return carriesDatabase;
      return site.edge?.kind === 'haproxy' && role === 'edge';
    case 'internet':
    case 'administrators':
    case 'router':
    case 'octavia':
    case 'outside':
      return false;
  }
}

/** Which sites a flow leads to from one. */
export const sitesReached = (flow: Flow, model: Model, from: Site): Site[] =>
  model.sites.filter((site) =>
    site.code === from.code ? flow.reach !== 'others' : flow.reach === 'others' || flow.reach === 'all',
  );

/** At a site: itself, or all others. */
export type Whose = 'own' | 'others';
/** Whether a flow leads to a site from itself, or from others. */
export const leadsFrom = ({ reach = 'own' }: Flow, whose: Whose): boolean =>
  reach === whose || reach === 'all';

/** The sources of a party of the site itself, or of all others, as they appear at a site; worked out once. */
export const sourcesAt = (party: Party, model: Model, site: Site, whose: Whose): Crowd =>
  remembered(model, `from ${site.code} ${whose} ${nameOf(party)}`, () =>
    ofSites(model, site, whose).flatMap((each) => sourcesSeen(party, model, each, site)),
  );
/** The targets of a party at the site itself, or at all others, as they are dialled from a site; worked out once. */
export const targetsFrom = (party: Party, model: Model, site: Site, whose: Whose): Crowd =>
  remembered(model, `to ${site.code} ${whose} ${nameOf(party)}`, () =>
    ofSites(model, site, whose).flatMap((each) => targetsDialled(party, site, each)),
  );
const ofSites = (model: Model, site: Site, whose: Whose): Site[] =>
  whose === 'own' ? [site] : model.sites.filter((each) => each !== site);

const crowds = new WeakMap<Model, Map<string, Crowd>>();
function remembered(model: Model, key: string, addresses: () => string[]): Crowd {
  const known = crowds.get(model) ?? new Map<string, Crowd>();
  crowds.set(model, known);
  const crowdOf = known.get(key) ?? crowd(addresses());
  known.set(key, crowdOf);
  return crowdOf;
}
const names = new WeakMap<Party, string>();
function nameOf(party: Party): string {
  const name = names.get(party) ?? JSON.stringify(party);
  names.set(party, name);
  return name;
}

/** By which addresses, or from which networks, the source of a flow appears at a site. */
export function sourcesSeen(party: Party, model: Model, from: Site, to: Site): string[] {
  if (party.kind === 'internet') return ['0.0.0.0/0', '::/0'];
  if (party.kind === 'administrators') return model.administrators.networks;
  if (party.kind === 'router') return texts(from.routing?.peer.address);
  if (party.kind === 'balancer' && from.edge) {
    // Amphorae take any address of their network; an edge speaks by its own.
    return from.edge.kind === 'octavia'
      ? texts(from.networks.balancers)
      : from.hosts.filter(({ role }) => role === 'edge').flatMap(({ address }) => texts(address));
  }
  const near = from.code === to.code || party.kind === 'balancer';
  return hostsOfParty(party, from).flatMap((host) => (near ? texts(host.address) : seenAbroad(host)));
}

/** By which addresses the target of a flow is dialled from a site; none for outsiders, whose addresses are not ours. */
export function targetsDialled(party: Party, from: Site, to: Site): string[] {
  const { edge } = to;
  if (party.kind === 'router') return texts(to.routing?.peer.address);
  if (party.kind === 'octavia')
    return edge?.kind === 'octavia'
      ? [edge.app, edge.api, edge.database].flatMap(({ address }) => texts(address))
      : [];
  if (party.kind === 'balancer') {
    if (!edge) return [];
    if (edge.kind === 'octavia')
      return texts(party.balancer === 'app' ? edge.app.public : edge[party.balancer].address);
    // SQL is balanced at the address of the API.
    return texts(party.balancer === 'app' ? edge.app.address : edge.api.address);
  }
  return hostsOfParty(party, to).flatMap((host) =>
    from.code === to.code ? texts(host.address) : seenAbroad(host),
  );
}

const texts = (value: PerFamily = {}): string[] => FAMILIES.flatMap((family) => value[family] ?? []);

/**
 * The one address by which other sites meet a host, in the family that all sites share where the host has it; a private one
 * leads nowhere.
 */
function seenAbroad(host: Host): string[] {
  const known = abroadOf.get(host) ?? firstAbroad(host);
  abroadOf.set(host, known);
  return known;
}
const abroadOf = new WeakMap<Host, string[]>();
function firstAbroad({ public: open, address, abroad }: Host): string[] {
  const known = [open[abroad], address[abroad], ...FAMILIES.map((family) => open[family] ?? address[family])];
  const first = known.find((text) => text !== undefined);
  return first === undefined || PRIVATE.some((network) => contains(network, first)) ? [] : [first];
}
/** @see https://www.rfc-editor.org/rfc/rfc1918 @see https://www.rfc-editor.org/rfc/rfc4193 */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
