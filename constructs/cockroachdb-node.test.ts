import { describe, expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, databaseSiteOf } from '#scripts/testing/sites-of.ts';
import type { Host, Site } from '#sites/model.ts';
import { databaseNodes, hostsOf } from '#sites/questions.ts';
import { joinList, nodeFlags, nodeSize } from './cockroachdb-node.ts';

const model = example();
const GIBIBYTE = 2 ** 30;
const flagsOf = (site: Site, host: Host) =>
  nodeFlags({ site, join: joinList(model, site), host, store: '/data', certificates: '/certs' });

describe('a node on a worker', () => {
  const site = cloudOf(model, 'par');
  it('gets everything, its floating address for others and its private one for its site', () => {
    expect(flagsOf(site, databaseNodes(site)[0]!)).toEqual([
      '--advertise-addr=198.18.2.21:26258',
      '--locality-advertise-addr=region=par@10.2.0.21:26258',
      '--cache=8192MiB',
      '--certs-dir=/certs',
      '--external-io-dir=disabled',
      '--http-addr=:8080',
      '--join=198.18.1.22:26258,198.18.1.23:26258,10.2.0.21:26258,10.2.0.22:26258,10.2.0.23:26258,198.18.3.5:26258,198.18.3.6:26258',
      '--listen-addr=:26258',
      '--locality=region=par,host=par-worker1',
      '--logtostderr=INFO',
      '--max-offset=250ms',
      '--max-sql-memory=8192MiB',
      '--sql-addr=10.2.0.21:26257',
      '--store=path=/data',
    ]);
  });
  it('counts on half of the worker, 4 GiB a processor', () => {
    expect(nodeSize(site, databaseNodes(site)[0]!)).toEqual({ cpus: 8, memoryBytes: 32 * GIBIBYTE });
  });
  it('never counts on more than half the memory, however many processors there are', () => {
    const [host] = hostsOf(site, 'worker');
    expect(nodeSize(site, { ...host!, cpus: 32, memoryBytes: 64 * GIBIBYTE }).memoryBytes).toBe(
      32 * GIBIBYTE,
    );
  });
});

describe('a node on a host of its own', () => {
  const site = databaseSiteOf(model, 'nic');
  it('has one address for everybody', () => {
    const flags = flagsOf(site, databaseNodes(site)[0]!);
    expect(flags.filter((flag) => flag.includes('advertise'))).toEqual(['--advertise-addr=198.18.3.4:26258']);
  });
  it('counts on the whole host', () => {
    expect(nodeSize(site, databaseNodes(site)[0]!)).toEqual({ cpus: 4, memoryBytes: 16 * GIBIBYTE });
  });
});

it('has no space in any flag, for a shell and a unit split at spaces', () => {
  for (const site of model.sites)
    for (const host of databaseNodes(site)) expect(flagsOf(site, host).join('')).not.toMatch(/\s/);
});
