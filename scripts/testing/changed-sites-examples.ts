import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { artefacts } from '#charts/artefacts.ts';
import type { Tree } from '#policies/law.ts';
import { model } from '#sites/derive.ts';
import type { Input } from '#sites/schema/schema.ts';
import { arbiter } from './example-sites.ts';
import { THREE_SITES, threeSites } from './three-sites.ts';

/** A change as people make it: two trees, before and after. */
export interface TreePair {
  name: string;
  after: () => Tree;
  /** Where it does not start from the reference platform. */
  before?: () => Tree;
}

/** The tree of the reference platform. */
export const REFERENCE: Tree = artefacts(threeSites());

/** The reference platform with its site files changed. */
function sites(change: (input: Input) => void): Tree {
  const files = readdirSync(THREE_SITES).filter((file) => file.endsWith('.yaml'));
  const read = files.map((file) => [
    file.slice(0, -'.yaml'.length),
    parse(readFileSync(join(THREE_SITES, file), 'utf8')),
  ]);
  const { platform, ...rest } = Object.fromEntries(read);
  const input: Input = { platform, sites: rest };
  change(input);
  return artefacts(model(input));
}

/** Changes that somebody makes in the site files. */
export const CHANGED_SITES: readonly TreePair[] = [
  { name: 'nothing', after: () => new Map(REFERENCE) },
  {
    name: 'a-site-added',
    after: () =>
      sites((input) => {
        input.sites.lyn = arbiter(7);
      }),
  },
  {
    name: 'a-site-lost',
    before: () =>
      sites((input) => {
        input.sites.lyn = arbiter(7);
      }),
    after: () => REFERENCE,
  },
  {
    name: 'a-worker-added',
    after: () =>
      sites(({ sites }) => {
        sites.dc!.hosts.worker4 = { role: 'worker', address: '10.20.0.24', public: '198.51.100.24' };
      }),
  },
  {
    name: 'a-worker-lost',
    before: () =>
      sites(({ sites }) => {
        sites.dc!.hosts.worker4 = { role: 'worker', address: '10.20.0.24', public: '198.51.100.24' };
      }),
    after: () => REFERENCE,
  },
  {
    name: 'a-host-renamed',
    after: () =>
      sites(({ sites }) => {
        const { node3, ...rest } = sites.do!.hosts;
        sites.do!.hosts = { ...rest, node9: node3! };
      }),
  },
  {
    name: 'larger-workers',
    after: () =>
      sites(({ sites }) => {
        sites.dc!.sizes!.worker = { cpus: 32, memory: '128Gi', flavor: 'c32.m128' };
      }),
  },
  {
    name: 'a-larger-volume',
    after: () =>
      sites(({ sites }) => {
        sites.dc!.database!.volume.size = '640Gi';
      }),
  },
  {
    name: 'leases-the-other-way',
    after: () =>
      sites(({ platform }) => {
        platform.database.leases = ['dc', 'sxb'];
      }),
  },
  {
    name: 'lower-limits',
    after: () =>
      sites(({ platform }) => {
        platform.limits = { connectionsPer10s: 50, requestsPerSecond: 30 };
      }),
  },
  {
    name: 'administrators-from-anywhere',
    after: () =>
      sites(({ platform }) => {
        platform.administrators.networks = ['0.0.0.0/0'];
      }),
  },
  {
    name: 'another-time-server',
    after: () =>
      sites(({ platform }) => {
        platform.time = ['ntp.unistra.fr', 'ntp.obspm.fr', 'canon.inria.fr'];
      }),
  },
  {
    name: 'a-release-of-the-app',
    after: () =>
      sites(({ platform }) => {
        platform.app = { ...platform.app, release: '2.0.0' };
      }),
  },
];
