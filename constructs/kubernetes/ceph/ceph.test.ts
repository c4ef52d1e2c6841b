import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { example } from '#scripts/testing/example-sites.ts';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { workers } from '#sites/questions.ts';
import type { KubernetesSite, ObjectsSite } from '#sites/site-kinds.ts';
import { Ceph } from './ceph.ts';

const model = example();
const lyn = roomOf(model, 'lyn');
const render = (site: KubernetesSite & ObjectsSite) => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Ceph(chart, 'ceph', { site });
  return chart.toJson();
};
const spec = (site: KubernetesSite & ObjectsSite) =>
  render(site).find(({ kind }) => kind === 'CephCluster').spec;

it('takes the one device of each worker, and no other disk or node', () => {
  expect(spec(lyn).storage).toEqual({
    useAllNodes: false,
    useAllDevices: false,
    nodes: workers(lyn).map(({ name }) => ({ name, devices: [{ name: '/dev/disk/by-id/objects' }] })),
  });
  const [terms] =
    spec(lyn).placement.all.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  expect(terms.matchExpressions[0].values).toEqual(workers(lyn).map(({ name }) => name));
});

it('speaks both families where the pods do, encrypted and by the new protocol alone', () => {
  const connections = { requireMsgr2: true, encryption: { enabled: true }, compression: { enabled: false } };
  expect(spec(lyn).network).toEqual({ ipFamily: 'IPv4', dualStack: true, connections });
  expect(spec(cloudOf(model, 'par')).network).toEqual({ ipFamily: 'IPv4', dualStack: false, connections });
});

it('removes nothing by itself', () => {
  expect(spec(lyn)).toMatchObject({
    removeOSDsIfOutAndSafeToRemove: false,
    continueUpgradeAfterChecksEvenIfNotHealthy: false,
    upgradeOSDRequiresHealthyPGs: true,
    disruptionManagement: { managePodBudgets: true },
  });
  expect(spec(lyn).cleanupPolicy).toBeUndefined();
});

it('says for every daemon what it asks for, and that it comes before the app', () => {
  expect(Object.keys(spec(lyn).resources).sort()).toEqual(
    ['cmd-reporter', 'crashcollector', 'exporter', 'mgr', 'mgr-sidecar', 'mon', 'osd', 'prepareosd'].sort(),
  );
  expect(spec(lyn).priorityClassNames).toEqual({ all: 'fredu-data' });
});

it('has a namespace below restricted, with its reason', () => {
  const { metadata } = render(lyn).find(({ kind }) => kind === 'Namespace');
  expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('privileged');
  expect(metadata.annotations['fredu.fr/pod-security-reason']).toContain('raw disks');
});
