import { App, Chart } from 'cdk8s';
import { expect, it } from 'vitest';
import { cloudOf, roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { workers } from '#sites/questions.ts';
import type { KubernetesSite, ObjectsSite } from '#sites/site-kinds.ts';
import { Ceph } from './ceph.ts';

const model = threeSites();
const sxb = roomOf(model, 'sxb');
const render = (site: KubernetesSite & ObjectsSite) => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new Ceph(chart, 'ceph', { site });
  return chart.toJson();
};
const spec = (site: KubernetesSite & ObjectsSite) =>
  render(site).find(({ kind }) => kind === 'CephCluster').spec;

it('takes the one device of each worker, and no other disk or node', () => {
  expect(spec(sxb).storage).toEqual({
    useAllNodes: false,
    useAllDevices: false,
    nodes: workers(sxb).map(({ name }) => ({ name, devices: [{ name: '/dev/disk/by-id/virtio-ceph' }] })),
  });
  const [terms] =
    spec(sxb).placement.all.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  expect(terms.matchExpressions[0].values).toEqual(workers(sxb).map(({ name }) => name));
});

it('speaks both families where the pods do, encrypted and by the new protocol alone', () => {
  const connections = { requireMsgr2: true, encryption: { enabled: true }, compression: { enabled: false } };
  expect(spec(sxb).network).toEqual({ ipFamily: 'IPv4', dualStack: true, connections });
  expect(spec(cloudOf(model, 'dc')).network).toEqual({ ipFamily: 'IPv4', dualStack: false, connections });
});

it('removes nothing by itself', () => {
  expect(spec(sxb)).toMatchObject({
    removeOSDsIfOutAndSafeToRemove: false,
    continueUpgradeAfterChecksEvenIfNotHealthy: false,
    upgradeOSDRequiresHealthyPGs: true,
    disruptionManagement: { managePodBudgets: true },
  });
  expect(spec(sxb).cleanupPolicy).toBeUndefined();
});

it('says for every daemon what it asks for, and that it comes before the app', () => {
  expect(Object.keys(spec(sxb).resources).sort()).toEqual(
    ['cmd-reporter', 'crashcollector', 'exporter', 'mgr', 'mgr-sidecar', 'mon', 'osd', 'prepareosd'].sort(),
  );
  expect(spec(sxb).priorityClassNames).toEqual({ all: 'fredu-data' });
});

it('has a namespace below restricted, with its reason', () => {
  const { metadata } = render(sxb).find(({ kind }) => kind === 'Namespace');
  expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('privileged');
  expect(metadata.annotations['fredu.fr/pod-security-reason']).toContain('raw disks');
});
