import { App, Chart } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labMissing } from '#scripts/lib/lab/kubernetes-binaries.ts';
import { type Cluster, startCluster } from '#scripts/testing/lab/kubernetes.ts';
import { roomOf } from '#scripts/testing/sites-of.ts';
import { threeSites } from '#scripts/testing/three-sites.ts';
import { Namespace } from '../namespace.ts';
import { PriorityClasses } from '../priority-classes.ts';
import { NAMESPACE } from './pods.ts';
import { Prometheus } from './prometheus.ts';
import { watchedNamespaces } from './scrape.ts';

/** The observers on a real scheduler: each has its history on a worker, and comes back to it. */
const model = threeSites();
const site = roomOf(model, 'sxb');
const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
new PriorityClasses(chart, 'priority-classes');
for (const name of watchedNamespaces(site).filter((each) => each !== 'kube-system'))
  new Namespace(chart, name, { name });
new Prometheus(chart, 'prometheus', { model, site });

const missing = labMissing();
if (missing && process.env.FREDU_REQUIRE === 'all') throw new Error(missing);

describe.skipIf(missing !== undefined)('the history of the observers, on a real API server', () => {
  let cluster: Cluster;
  const rolledOut = () =>
    cluster.kubectl('rollout', 'status', '-n', NAMESPACE, 'statefulset/prometheus', '--timeout=120s');
  const places = async (): Promise<Record<string, string | undefined>> => {
    const { stdout } = await cluster.kubectl('get', 'pods', '-n', NAMESPACE, '-o', 'json');
    return Object.fromEntries(
      JSON.parse(stdout).items.map((pod: { metadata: { name: string }; spec: { nodeName?: string } }) => [
        pod.metadata.name,
        pod.spec.nodeName,
      ]),
    );
  };
  const home = { 'prometheus-0': 'sxb-worker1', 'prometheus-1': 'sxb-worker2' };
  beforeAll(async () => {
    cluster = await startCluster(site);
    expect(await cluster.apply(chart.toJson(), '--server-side')).toMatchObject({ code: 0 });
    expect((await rolledOut()).code).toBe(0);
  });
  afterAll(() => cluster?.stop());

  it('puts each replica on the worker of its volume', async () => expect(await places()).toEqual(home));

  it('brings both back to their history after every worker was emptied, one after the other', async () => {
    for (const host of ['sxb-worker1', 'sxb-worker2', 'sxb-worker3']) {
      const drained = await cluster.kubectl(
        'drain',
        host,
        '--ignore-daemonsets',
        '--delete-emptydir-data',
        '--force',
        '--timeout=60s',
        '--pod-selector=app.kubernetes.io/name=prometheus',
      );
      expect(drained.code).toBe(0);
      await cluster.kubectl('uncordon', host);
      expect((await rolledOut()).code).toBe(0);
    }
    expect(await places()).toEqual(home);
    const { stdout } = await cluster.kubectl('get', 'pvc', '-n', NAMESPACE, '-o', 'json');
    expect(
      JSON.parse(stdout).items.map(({ spec }: { spec: { volumeName: string } }) => spec.volumeName),
    ).toEqual(['prometheus-sxb-worker1', 'prometheus-sxb-worker2']);
  });
});
