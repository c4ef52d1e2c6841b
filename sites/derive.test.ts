import { describe, expect, it } from 'vitest';
import { arbiter, cloud, example, exampleInput, manySites, room } from '#scripts/testing/example-sites.ts';
import { both } from './address.ts';
import { model } from './derive.ts';
import type { Model } from './model.ts';
import {
  apiAddress,
  appAddress,
  appSites,
  balancerSources,
  databaseAddress,
  databaseNodes,
  joinAddresses,
  reachable,
  siteOf,
} from './questions.ts';
import { SURVIVAL_GOALS } from './schema/choices.ts';
import type { SurvivalGoal } from './schema/schema.ts';
import { deal, REPLICAS, voterCeiling } from './voters.ts';

const counts = ({ database }: Model) => database.voters.map(({ site, count }) => `${site.code}:${count}`);

describe('voters', () => {
  it('are two, two and one for three sites of which one may be lost', () => {
    expect(counts(example())).toEqual(['lyn:2', 'par:2', 'nic:1']);
  });
  it('are three each when a host more may be lost, one each when a host may', () => {
    const of = (survive: SurvivalGoal) =>
      example(({ platform }) => Object.assign(platform.database, { survive }));
    expect(counts(of('site-and-host'))).toEqual(['lyn:3', 'par:3', 'nic:3']);
    expect(counts(of('host'))).toEqual(['lyn:1', 'par:1', 'nic:1']);
  });
  it('go to arbiters last, whatever these are called', () => {
    const many = example(({ platform, sites }) => {
      platform.database.survive = 'host';
      sites.aaa = arbiter(4);
      sites.zzz = cloud(5);
    });
    expect(counts(many)).toEqual(['lyn:1', 'par:1', 'zzz:1']);
  });

  /** Every way in which up to four sites of up to four nodes can hold the replicas. */
  const worlds = [1, 2, 3, 4].flatMap((sites) =>
    Array.from({ length: 5 ** sites }, (_, code) =>
      Array.from({ length: sites }, (_, site) => Math.floor(code / 5 ** site) % 5),
    ),
  );
  function survives(held: number[], goal: SurvivalGoal): boolean {
    const replicas = REPLICAS[goal];
    const majority = (replicas + 1) / 2;
    const sum = held.reduce((total, each) => total + each, 0);
    if (sum !== replicas) return false;
    const losses = {
      host: held.some((each) => each > 0) ? [1] : [0],
      site: held,
      // A site, and one voter elsewhere if there is one.
      'site-and-host': held.map((each) => each + (sum > each ? 1 : 0)),
    }[goal];
    return losses.every((lost) => sum - lost >= majority);
  }
  function* placements(nodes: number[]): Generator<number[]> {
    const [first, ...rest] = nodes;
    if (first === undefined) return yield [];
    for (const tail of placements(rest)) for (let held = 0; held <= first; held += 1) yield [held, ...tail];
  }

  it.each(SURVIVAL_GOALS)('survive the loss of a %s in every small world in which anything does', (goal) => {
    let possible = 0;
    for (const nodes of worlds) {
      const held = deal(REPLICAS[goal], voterCeiling(REPLICAS[goal], goal), nodes);
      const can = [...placements(nodes)].some((each) => survives(each, goal));
      expect(survives(held, goal), `${goal} in ${nodes}: ${held}`).toBe(can);
      expect(held.every((each, site) => each <= nodes[site]!)).toBe(true);
      possible += Number(can);
    }
    expect(possible).toBeGreaterThan(10);
  });
});

describe('join lists', () => {
  const worlds = {
    example: example(),
    many: model(manySites(14)),
    pair: example(({ sites }) => Object.assign(sites, { nic: arbiter(3, 2) })),
  };

  it.each(Object.entries(worlds))(
    'name every node of the own site and two of every other: %s',
    (_, world) => {
      for (const site of world.sites) {
        const joined = joinAddresses(world, site);
        for (const other of world.sites) {
          const names = joined.filter(({ host }) => host.site === other.code).map(({ host }) => host.name);
          expect(new Set(names).size).toBe(other === site ? databaseNodes(other).length : 2);
        }
      }
    },
  );
  it('dial the own site by private addresses, others by those that the world reaches', () => {
    const world = example();
    for (const { host, address } of joinAddresses(world, siteOf(world, 'lyn'))) {
      expect(address).toBe(host.site === 'lyn' ? host.address.ipv4 : reachable(host));
    }
  });
  it('spread over the nodes of a site', () => {
    const world = model(manySites(14));
    const dialled = world.sites.flatMap((site) =>
      joinAddresses(world, site).filter(({ host }) => host.site !== site.code),
    );
    const names = new Set(dialled.map(({ host }) => host.name));
    expect(names.size).toBe(world.database.nodes.length);
  });
});

describe('what follows from a file', () => {
  const world = example(({ platform }) => {
    platform.database.backup = { keepDays: 7 };
    platform.limits = { requestsPerSecond: 5 };
  });
  const [lyn, par, nic] = world.sites as [Model['sites'][0], Model['sites'][0], Model['sites'][0]];

  it('names', () => {
    expect(world.sites.map(({ domain }) => domain)).toEqual([
      'lyn.example.org',
      'par.example.org',
      'nic.example.org',
    ]);
    const { name, fqdn, machine } = lyn.hosts.find(({ key }) => key === 'worker1')!;
    expect([name, fqdn, machine]).toEqual(['lyn-worker1', 'worker1.lyn.example.org', 'lyn-pm1']);
    expect(par.hosts.find(({ key }) => key === 'worker1')!.machine).toBe('par-worker1');
    expect(lyn.objects!.endpoint).toBe('https://s3.lyn.example.org');
    expect([world.database.name, world.objects!.realm]).toEqual(['example', 'example']);
  });
  it('defaults, each where nothing is said', () => {
    expect(world.database.backup).toEqual({ at: '01:30', keepDays: 7 });
    expect(world.limits).toEqual({ connectionsPer10s: 100, requestsPerSecond: 5 });
    expect(world.app).toEqual({ api: { min: 3, max: 9 }, web: { min: 2, max: 6 } });
    expect([lyn, par, nic].map(({ database }) => database!.volume.store)).toEqual([
      'local',
      'block',
      'local',
    ]);
    expect(lyn.hosts.find(({ role }) => role === 'worker')).toMatchObject({
      cpus: 16,
      memoryBytes: 64 * 2 ** 30,
    });
    expect(lyn.edge).toMatchObject({
      app: { vrid: { ipv4: 51, ipv6: 52 } },
      api: { vrid: { ipv4: 61, ipv6: 62 } },
    });
  });
  it('the families of a cluster', () => {
    expect([lyn, par].map(({ kubernetes }) => kubernetes!.families)).toEqual([['ipv4', 'ipv6'], ['ipv4']]);
  });
  it('who backs up whom at an edge', () => {
    const { edge } = lyn;
    if (edge?.kind !== 'haproxy') throw new Error('lyn has edges of its own');
    const pair = ({ master, backups }: typeof edge.app) => [master.key, ...backups.map(({ key }) => key)];
    expect([pair(edge.app), pair(edge.api)]).toEqual([
      ['edge1', 'edge2'],
      ['edge2', 'edge1'],
    ]);
  });
  it('where app, API and database of a site are dialled, and from where its balancers come', () => {
    expect(appSites(world).map(({ code }) => code)).toEqual(['lyn', 'par']);
    expect(appAddress(lyn)).toEqual({ ipv4: '198.18.1.100', ipv6: '2001:db8:1:1::64' });
    expect(appAddress(par)).toEqual({ ipv4: '198.18.2.10' });
    expect([apiAddress(par).ipv4, databaseAddress(par).ipv4]).toEqual(['10.2.1.11', '10.2.1.12']);
    expect(databaseAddress(lyn)).toEqual(apiAddress(lyn));
    expect(balancerSources(par)).toEqual(['10.2.1.0/24']);
    expect(balancerSources(lyn)).toEqual(['10.1.0.4', '2001:db8:1:2::4', '10.1.0.5', '2001:db8:1:2::5']);
  });
  it('the order of sites: by preference for leases, then by code', () => {
    const input = exampleInput();
    input.platform.database.leases = ['par', 'lyn'];
    input.sites.abc = room(7, { dual: false });
    const sites = model(input).sites.map(({ code }) => code);
    expect(sites).toEqual(['par', 'lyn', 'abc', 'nic']);
    expect(both(siteOf(model(input), 'abc').networks.nodes)).toEqual(['10.7.0.0/24']);
  });
});
