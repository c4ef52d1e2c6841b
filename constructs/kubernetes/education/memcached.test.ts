import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { run } from '#scripts/lib/run.ts';
import { itJudged } from '#scripts/testing/judge.ts';
import { Memcached, memcachedFlags, memcachedServers } from './memcached.ts';

const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
new Memcached(chart, 'memcached');
const objects = chart.toJson();
const find = (kind: string) => objects.find((each) => each.kind === kind);

it('is two pods with names of their own, which the client lists', () => {
  expect(find('StatefulSet').spec.replicas).toBe(2);
  expect(find('Service').spec.clusterIP).toBe('None');
  expect(memcachedServers).toEqual([
    'memcached-0.memcached.education.svc:11211',
    'memcached-1.memcached.education.svc:11211',
  ]);
});

it('keeps nothing, and its items fit well within the memory of the pod', () => {
  const { spec } = find('StatefulSet').spec.template;
  expect(find('StatefulSet').spec.volumeClaimTemplates).toBeUndefined();
  expect(spec.volumes).toBeUndefined();
  expect(spec.containers[0].resources.limits.memory).toBe('256Mi');
  expect(spec.containers[0].command).toContain('--memory-limit=192');
});

it('loses one pod at most to a drain, and they stand on two workers', () => {
  expect(find('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  expect(find('StatefulSet').spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable).toBe(
    'DoNotSchedule',
  );
});

itJudged('memcached', 'memcached knows every flag', async () => {
  // It prints its version after it has read the whole command line, and refuses what it does not know before.
  const user = process.getuid?.() === 0 ? ['--user=nobody'] : [];
  const good = await run(['memcached', ...user, ...memcachedFlags, '--version']);
  expect(good).toMatchObject({ code: 0, stderr: '' });
  const bad = await run(['memcached', ...user, ...memcachedFlags, '--no-such-flag', '--version']);
  expect(bad.stderr).toContain('no-such-flag');
});
