import { type Family, familyOf, fromNumber, rangeOf, toNumber } from '../address.ts';
import type { Path } from '../problem.ts';
import type { SitePart, World } from './rule.ts';

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

/** Every address and network that the files of a world name. */
export class Plan {
  readonly nets: Net[] = [];
  readonly addresses: Addr[] = [];
  readonly #pairs = new Map<string, Pair>();
  readonly #homes = new Map<string, Net[]>();

  constructor(world: Pick<World, 'platform' | 'sites'>) {
    for (const site of world.sites) this.#addSite(site);
    this.#address('the anycast address', world.platform.anycast, ['platform', 'anycast'], 'anycast');
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
    const { code, edge, kubernetes, routing } = site;
    for (const name of HOMES) {
      this.#network(`the ${name} network of ${code}`, site.networks[name], [code, 'networks', name]);
    }
    for (const name of ['pods', 'services'] as const) {
      this.#network(`the ${name} network of ${code}`, kubernetes?.[name], [code, 'kubernetes', name]);
    }
    for (const [key, host] of Object.entries(site.hosts)) {
      const label = `${key} of ${code}`;
      this.#address(label, host.address, [code, 'hosts', key, 'address'], label, { site, name: 'nodes' });
      const publicLabel = `${key} of ${code} in public`;
      this.#address(publicLabel, host.public, [code, 'hosts', key, 'public'], publicLabel, {
        site,
        name: 'public',
      });
    }
    const router = `the router of ${code}`;
    const label = (name: string) => `the ${name} address of ${code}`;
    const at = (...path: Path) => [code, 'edge', ...path];
    if (edge?.kind === 'haproxy') {
      this.#address(label('app'), edge.app.address, at('app', 'address'), 'app', { site, name: 'public' });
      this.#address(label('api'), edge.api.address, at('api', 'address'), 'api', { site, name: 'nodes' });
      this.#address(`the gateway of ${code}`, edge.gateway, at('gateway'), router, { site, name: 'public' });
    } else if (edge?.kind === 'octavia') {
      for (const name of ['app', 'api', 'database'] as const) {
        const { address, public: floating } = edge[name];
        this.#address(label(name), address, at(name, 'address'), name, { site, name: 'balancers' });
        const words = `the floating ${name} address of ${code}`;
        this.#address(words, floating, at(name, 'public'), words, { site, name: 'public' });
      }
    }
    this.#address(router, routing?.peer.address, [code, 'routing', 'peer', 'address'], router, {
      site,
      name: 'public',
    });
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
    owner: string,
    home?: Addr['home'],
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

/** A network of the same size that nobody has, the next one after this. */
export function freeNetwork(wanted: Net, { nets }: Plan): string | undefined {
  const size = wanted.last - wanted.first + 1n;
  const same = nets.filter(({ family }) => family === wanted.family);
  for (let first = wanted.first; ; first += size) {
    const last = first + size - 1n;
    if (last >= 1n << (wanted.family === 'ipv4' ? 32n : 128n)) return undefined;
    const hit = same.find((net) => net.first <= last && first <= net.last);
    if (!hit) return `${fromNumber(wanted.family, first)}/${wanted.text.split('/')[1]}`;
    first = (hit.last / size) * size;
  }
}

/** An address of a network that nobody has: with the same last part as the wanted one where that is free. */
export function freeAddress(network: Net, wanted: bigint, { addresses }: Plan): string | undefined {
  const taken = new Set(addresses.map(({ value, family }) => `${family} ${value}`));
  const free = (value: bigint) =>
    value > network.first && value < network.last && !taken.has(`${network.family} ${value}`);
  const same = network.first + (wanted & (network.last - network.first));
  for (const start of [same, network.first + 1n]) {
    for (let value = start; value < start + 4096n && value < network.last; value += 1n) {
      if (free(value)) return fromNumber(network.family, value);
    }
  }
  return undefined;
}
