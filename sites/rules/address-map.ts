import { type Family, familyOf, rangeOf, routerOf, toNumber } from '../address.ts';
import type { Path } from '../load/problem.ts';
import type { Parts, SitePart } from './parts.ts';

type Home = 'nodes' | 'public' | 'balancers';
export const HOMES: Home[] = ['nodes', 'public', 'balancers'];

/** One value, or one of each family, as it stands in a file. */
export interface Pair {
  at: Path;
  /** `worker1 of sxb`, `the nodes network of sxb`. */
  label: string;
  values: { at: Path; text: string; family: Family }[];
}
/** A network that somebody wrote. */
export interface Net {
  at: Path;
  label: string;
  text: string;
  family: Family;
  first: bigint;
  last: bigint;
}
/** An address that somebody wrote. */
export interface Addr {
  at: Path;
  label: string;
  text: string;
  family: Family;
  value: bigint;
  /** Whose it is: two values of one owner may be equal. */
  owner: string;
  /** Where it must lie. */
  home?: { site: SitePart; name: Home };
}

/** Every address and network that the files name. */
export class AddressMap {
  readonly nets: Net[] = [];
  readonly addresses: Addr[] = [];
  #taken?: Set<string>;
  readonly #pairs = new Map<string, Pair>();
  readonly #homes = new Map<string, Net[]>();

  constructor(input: Parts) {
    for (const site of input.sites) this.#addSite(site);
    this.#address('the anycast address', input.platform.anycast, ['platform', 'anycast']);
    for (const [key, address] of Object.entries(input.platform.dns?.servers ?? {})) {
      this.#address(`the name server ${key}`, address, ['platform', 'dns', 'servers', key]);
    }
    for (const [key, address] of Object.entries(input.platform.dns?.hosts ?? {})) {
      this.#address(`the host ${key}`, address, ['platform', 'dns', 'hosts', key]);
    }
  }

  /** Addresses that somebody has, by family and number. */
  get taken(): ReadonlySet<string> {
    this.#taken ??= new Set(this.addresses.map(({ value, family }) => `${family} ${value}`));
    return this.#taken;
  }
  get pairs(): Pair[] {
    return [...this.#pairs.values()];
  }
  pair(at: Path): Pair | undefined {
    return this.#pairs.get(at.join(' '));
  }
  /** The networks of one name at one site, one of each family at most. */
  networks(site: SitePart, name: Home | 'pods' | 'services'): Net[] {
    return this.#homes.get(`${site.code} ${name}`) ?? [];
  }

  #addSite(site: SitePart): void {
    const { code, kubernetes } = site;
    for (const name of HOMES) {
      this.#network(`the ${name} network of ${code}`, site.networks[name], [code, 'networks', name]);
    }
    for (const name of ['pods', 'services'] as const) {
      this.#network(`the ${name} network of ${code}`, kubernetes?.[name], [code, 'kubernetes', name]);
    }
    this.#addEntry(site);
    const [nodes, open] = (['nodes', 'public'] as const).map((name) => ({ site, name }));
    for (const [key, host] of Object.entries(site.hosts)) {
      const at = (name: string) => [code, 'hosts', key, name];
      this.#address(`the address of ${key} of ${code}`, host.address, at('address'), nodes);
      this.#address(`the public address of ${key} of ${code}`, host.public, at('public'), open);
    }
  }

  /** Where the world comes in, before the hosts: where two have one address, a host is easier to move. */
  #addEntry(site: SitePart): void {
    const { code, edge, routing } = site;
    const [nodes, open, balancers] = HOMES.map((name) => ({ site, name }));
    const at = (...path: Path) => [code, 'edge', ...path];
    const router = `the router of ${code}`;
    if (edge) this.#routers(site);
    if (edge?.kind === 'haproxy') {
      this.#address(`the app address of ${code}`, edge.app.address, at('app', 'address'), open);
      this.#address(`the api address of ${code}`, edge.api.address, at('api', 'address'), nodes);
      this.#address(`the gateway of ${code}`, edge.gateway, at('gateway'), open, router);
    } else if (edge?.kind === 'octavia') {
      for (const name of ['app', 'api', 'database'] as const) {
        const { address, public: floating } = edge[name];
        this.#address(`the ${name} address of ${code}`, address, at(name, 'address'), balancers);
        this.#address(`the floating ${name} address of ${code}`, floating, at(name, 'public'), open);
      }
    }
    this.#address(router, routing?.peer.address, [code, 'routing', 'peer', 'address'], open);
  }

  /** Behind a balancer or an edge, hosts have a way out that nobody wrote down: the first address of their network. */
  #routers(site: SitePart): void {
    for (const name of ['nodes', 'balancers'] as const) {
      for (const { at, text: network, family, first } of this.networks(site, name)) {
        const label = `the router of the ${name} network of ${site.code}`;
        this.addresses.push({
          label,
          at,
          text: routerOf(network),
          family,
          value: first + 1n,
          owner: 'a router',
        });
      }
    }
  }

  #network(label: string, value: string | string[] | undefined, at: Path): void {
    const nets = this.#pair(label, value, at).map((each) => ({ label, ...each, ...rangeOf(each.text) }));
    this.nets.push(...nets);
    this.#homes.set(`${at[0]} ${at[2]}`, nets);
  }
  #address(
    label: string,
    value: string | string[] | undefined,
    at: Path,
    home?: Addr['home'],
    owner = label,
  ): void {
    for (const each of this.#pair(label, value, at)) {
      this.addresses.push({ label, ...each, owner, home, value: toNumber(each.text) });
    }
  }
  #pair(label: string, value: string | string[] | undefined, at: Path): Pair['values'] {
    if (value === undefined) return [];
    const values = Array.isArray(value)
      ? value.map((text, index) => ({ at: [...at, index], text, family: familyOf(text) }))
      : [{ at, text: value, family: familyOf(value) }];
    this.#pairs.set(at.join(' '), { at, label, values });
    return values;
  }
}
