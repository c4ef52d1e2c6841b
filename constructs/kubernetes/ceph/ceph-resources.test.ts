import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { leastWorker } from '#sites/capacity.ts';
import type { Host, Site } from '#sites/model.ts';
import { siteOf, workers } from '#sites/questions.ts';
import { cephResources } from './ceph-resources.ts';
import type { Resource } from './rook.gen.ts';

const model = example();
const site = siteOf(model, 'lyn');
const withWorkers = (...sizes: Pick<Host, 'cpus' | 'memoryBytes'>[]): Site => {
  const [worker] = workers(site);
  return { ...site, hosts: sizes.map((size, index) => ({ ...worker!, name: `w${index}`, ...size })) };
};
const GIBIBYTE = 2 ** 30;
const milli = ({ requests }: Resource) => Number.parseInt(String(requests!.cpu), 10);
const mebi = ({ requests }: Resource) => Number.parseInt(String(requests!.memory), 10);

it('gives the disk of a worker of 64 GiB 10 GiB, and every daemon its part', () => {
  const { osd, mon, gateway } = cephResources(site);
  expect(osd).toEqual({ requests: { cpu: '1500m', memory: '10240Mi' }, limits: { memory: '10240Mi' } });
  expect(mon).toEqual(gateway);
  expect(gateway).toEqual({ requests: { cpu: '300m', memory: '2048Mi' }, limits: { memory: '2048Mi' } });
});

it.each([
  ['the least worker', leastWorker({ database: true, objects: true })],
  ['the least worker without a database', leastWorker({ database: false, objects: true })],
  ['our own', { cpus: 16, memoryBytes: 64 * GIBIBYTE }],
  ['a large one', { cpus: 64, memoryBytes: 512 * GIBIBYTE }],
])(
  'fits on %s: a disk, a monitor, a manager, two gateways and the helpers, after the loss of another',
  (_, size) => {
    const { osd, mon, mgr, gateway, exporter, crashcollector, ...rest } = cephResources(
      withWorkers(size, size, size),
    );
    const all = [osd, mon, mgr, rest['mgr-sidecar'], gateway, gateway, exporter, crashcollector];
    const sum = (of: (each: Resource) => number) => all.reduce((total, each) => total + of(each), 0);
    expect(sum(milli)).toBeLessThanOrEqual((size.cpus / 4 - 1) * 1000);
    expect(sum(mebi)).toBeLessThanOrEqual(((size.memoryBytes / GIBIBYTE) * 3 * 1024) / 8 - 4096);
    // What Rook starts daemons with at least.
    expect([osd, mon, mgr, exporter, crashcollector].map(mebi)).toEqual(
      [4096, 1024, 512, 128, 60].map((least) => expect.toSatisfy((value: number) => value >= least)),
    );
  },
);

it('follows the smallest worker', () => {
  const small = { cpus: 12, memoryBytes: 48 * GIBIBYTE };
  const large = { cpus: 32, memoryBytes: 128 * GIBIBYTE };
  expect(cephResources(withWorkers(large, small, large))).toEqual(
    cephResources(withWorkers(small, small, small)),
  );
});
