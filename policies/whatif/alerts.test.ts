import { expect, it } from 'vitest';
import { artefacts } from '#charts/artefacts.ts';
import { only, replaced } from '#scripts/testing/edited-tree.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import type { Tree } from '../law.ts';
import { alertsOf } from './alerts.ts';
import { analysisOf } from './states.ts';
import { untold } from './untold.ts';
import { worldOf } from './world.ts';

const model = threeSites();
const tree = artefacts(model);

function fired(ids: string[], of: Tree = tree) {
  const analysis = analysisOf(worldOf(model, of));
  const parts = ids.map((id) => analysis.failures.find((part) => part.id === id)!);
  return alertsOf(analysis.world, of)(parts, analysis.judge);
}
const names = (ids: string[], of?: Tree) => fired(ids, of).map(({ name }) => name);

it('tells nothing while all is well', () => {
  expect(names([])).toEqual([]);
});

it('tells by the rules of the tree what a loss raises, by whom and after what time', () => {
  expect(fired(['do-node1'])).toEqual([
    {
      name: 'CockroachdbNodeDown',
      severity: 'ticket',
      observers: ['sxb', 'dc'],
      after: '5m',
      runbook: 'dist/platform/runbooks/cockroachdb.md#cockroachdbnodedown',
    },
    expect.objectContaining({ name: 'NodeDown', observers: ['sxb', 'dc'] }),
  ]);
  expect(names(['sxb'])).toEqual([
    'CephSyncLate',
    'CockroachdbBackupOld',
    'CockroachdbNodeDown',
    'CockroachdbRangesUnderReplicated',
    'CockroachdbSiteDown',
    'ObserverDown',
    'PublicNameDown',
    'SiteLost',
  ]);
  expect(fired(['sxb']).every(({ observers }) => observers.join() === 'dc')).toBe(true);
  expect(names(['sxb', 'dc-worker1'])).toEqual(
    expect.arrayContaining(['CockroachdbRangesUnavailable', 'CockroachdbReplicasStuck']),
  );
  expect(names(['sxb-edge1'])).toEqual(['EdgeHaproxyDown', 'EdgeStateUnknown', 'NodeDown']);
  expect(names(['sxb/traefik/traefik'])).toEqual(
    expect.arrayContaining(['EdgeBackendDown', 'EdgeNoMaster', 'TraefikDown']),
  );
  expect(names(['ns1.fredu.fr'])).toEqual(['NameServerDown']);
  expect(fired(['sxb-192.0.2.154'])).toEqual([
    expect.objectContaining({ name: 'ResolverDown', observers: ['sxb'] }),
  ]);
  expect(names(['ntp.obspm.fr'])).toEqual(['TimeSourceDown']);
  expect(names(['licence'])).toEqual(['CockroachdbLicenceMissing']);
  expect(names(['sxb-cp1', 'sxb-cp2'])).toEqual(expect.arrayContaining(['EtcdNoLeader', 'KubeApiDown']));
});

it('has an alert or a reason for every single loss, and no reason for what is told', () => {
  const analysis = analysisOf(worldOf(model, tree));
  const alerts = alertsOf(analysis.world, tree);
  for (const part of analysis.failures)
    expect([part.id, alerts([part], analysis.judge).length > 0]).toEqual([
      part.id,
      untold(part) === undefined,
    ]);
});

it('says nothing of time servers where no host tells of them', () => {
  const mute = only(tree, /^(?!.*fredu-time-sources\.timer$)/);
  expect(names(['ntp.obspm.fr'], mute)).toEqual([]);
});

it('leaves out what has healed before the rule’s patience ends', () => {
  // Replicas of a dead node are recreated after five minutes, pods after 100 seconds; the rules wait an hour and ten minutes.
  expect(names(['sxb-worker1'])).not.toContain('CockroachdbRangesUnderReplicated');
  expect(names(['sxb-worker1'])).not.toContain('ClusterStateUnknown');
});

it('follows the rules as they are written, and misses an observer that the tree has no more', () => {
  const path = 'sxb/kubernetes/monitoring/configmap-prometheus-rules.yaml';
  const deaf = replaced(
    only(tree, /^(?!dc\/kubernetes\/monitoring\/)/),
    path,
    'expr: up{job="haproxy"} == 0',
    'expr: up{job="haproxy"} == 2',
  );
  expect(names(['sxb-edge1'], deaf)).toEqual(['EdgeStateUnknown', 'NodeDown', 'ObserverDown']);
});
