import { expect, it } from 'vitest';
import { findingsAfter } from '#scripts/testing/changed-world.ts';
import type { Input, SiteInput } from '#sites/schema/schema.ts';
import { POLICIES } from '../index.ts';

/** Laws of the way in and of what runs, on platforms other than ours, made by changing files and no code. */
const LAWS = POLICIES.filter(({ id }) => !id.startsWith('database-'));

const findings = (change: (input: Input) => void) => findingsAfter(LAWS, change);
/** Another site like one of ours, at other addresses. */
const like = (site: SiteInput, ...moves: [from: string, to: string][]): SiteInput =>
  JSON.parse(moves.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(site)));

it('a fourth site in a second OpenStack', () => {
  expect(
    findings(({ sites }) => {
      sites.lyn = like(sites.dc!, ['10.20.', '10.30.'], ['198.51.100.', '198.18.0.']);
    }),
  ).toEqual([]);
});

it('a fourth site in a second room, with both families', () => {
  expect(
    findings(({ sites }) => {
      sites.lyn = like(
        sites.sxb!,
        ['10.10.', '10.40.'],
        ['192.0.2.', '198.18.1.'],
        ['2001:db8:10:', '2001:db8:40:'],
        ['fd10:10:', 'fd10:40:'],
      );
    }),
  ).toEqual([]);
});

it('IPv4 alone in a room', () => {
  const first = (value: unknown): never => (Array.isArray(value) ? value[0] : value) as never;
  expect(
    findings(({ sites }) => {
      const { networks, hosts, edge, kubernetes, routing } = sites.sxb!;
      Object.assign(networks, { public: first(networks.public), nodes: first(networks.nodes) });
      for (const host of Object.values(hosts)) {
        host.address = first(host.address);
        if (host.public) host.public = first(host.public);
      }
      if (edge?.kind === 'haproxy') {
        for (const virtual of [edge.app, edge.api]) virtual.address = first(virtual.address);
        edge.gateway = first(edge.gateway);
      }
      Object.assign(kubernetes!, { pods: first(kubernetes!.pods), services: first(kubernetes!.services) });
      if (routing) routing.peer.address = first(routing.peer.address);
    }),
  ).toEqual([]);
});

it('both families in an OpenStack', () => {
  expect(
    findings(({ sites }) => {
      const { networks, hosts, edge, kubernetes } = sites.dc!;
      const both = (ipv4: unknown, ipv6: string) => [ipv4 as string, ipv6];
      networks.nodes = both(networks.nodes, '2001:db8:20:2::/64');
      networks.balancers = both(networks.balancers, '2001:db8:20:3::/64');
      Object.values(hosts).forEach((host, index) => {
        host.address = both(host.address, `2001:db8:20:2::${index + 10}`);
      });
      if (edge?.kind === 'octavia') {
        edge.app.public = both(edge.app.public, '2001:db8:20:3::10');
        edge.database.address = both(edge.database.address, '2001:db8:20:3::12');
      }
      kubernetes!.pods = both(kubernetes!.pods, 'fd10:20::1:0/112');
      kubernetes!.services = both(kubernetes!.services, 'fd10:20::2:0/112');
    }),
  ).toEqual([]);
});

it('five workers, and a ceiling that they do not divide', () => {
  expect(
    findings(({ platform, sites }) => {
      Object.assign(sites.dc!.hosts, {
        worker4: { role: 'worker', address: '10.20.0.24', public: '198.51.100.24' },
        worker5: { role: 'worker', address: '10.20.0.25', public: '198.51.100.25' },
      });
      platform.limits = { requestsPerSecond: 101 };
    }),
  ).toEqual([]);
});

it('no object store anywhere', () => {
  expect(
    findings(({ platform, sites }) => {
      delete platform.objects;
      for (const site of Object.values(sites)) delete site.objects;
    }),
  ).toEqual([]);
});
